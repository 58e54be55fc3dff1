namespace OnnxExport.CommandLine;

/// <summary>What --help prints.</summary>
internal static class Usage
{
    public const string Text = """
        onnx-export: turns a Hugging Face HunyuanOCR checkpoint into a model folder for HunyuanOcr.Inference.

          onnx-export --checkpoint DIR --output DIR --target cpu --precision fp32|int8 [--vision-precision fp32|int8] [--name NAME] [--force]

          --checkpoint DIR        folder with config.json, tokenizer.json and model.safetensors (or its shards and their index)
          --output DIR            the model folder to write; it appears when it is whole
          --target cpu            device that will run it
          --precision P           fp32: as the checkpoint, widened; int8: decoder with 8-bit weights in blocks of 128
          --vision-precision P    fp32 (default); int8: vision layers with 8-bit weights and activations
          --name NAME             the model's name in export.json (default: name of the checkpoint folder)
          --force                 replace a model folder that is already there

          onnx-export make-random --layout nested|flat --output DIR [--shards N] [--seed S] [--config FILE]

          Writes a checkpoint of random BF16 weights, for measurements: of the public size (0.996 billion parameters), or of the
          sizes in FILE, a config.json. "flat" uses the older layout of config.json and the older weight names.

        Exit codes: 0 done, 1 failed or interrupted, 2 wrong arguments or configuration. An interrupted export leaves nothing behind.
        """;
}
