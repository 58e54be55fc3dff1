namespace OnnxExport.CommandLine;

/// <summary>What --help prints.</summary>
internal static class Usage
{
    public const string Text = """
        onnx-export: turns a Hugging Face HunyuanOCR checkpoint into a model folder for HunyuanOcr.Inference.

          onnx-export --checkpoint DIR --output DIR --target cpu --precision fp32|int8 [--vision-precision fp32|int8] [--name NAME] [--force]
          onnx-export --checkpoint DIR --output DIR --target cuda --precision fp16|bf16 [--vision-precision fp16|bf16] [--kernels K] [--name NAME] [--force]

          --checkpoint DIR        folder with config.json, tokenizer.json and model.safetensors (or its shards and their index)
          --output DIR            the model folder to write; it appears when it is whole
          --target T              device that will run it: cpu, or cuda for an NVIDIA card
          --precision P           cpu: fp32: as the checkpoint, widened; int8: decoder with 8-bit weights in blocks of 128
                                  cuda: bf16, as the public weights are, or fp16
          --vision-precision P    cpu: fp32 (default); int8: vision layers with 8-bit weights and activations
                                  cuda: fp16 (default); bf16: where products or norms of the vision tower pass 65504
          --kernels K             cuda: ours (default): the engine's own where it has them; operators: those of ONNX Runtime; or some
                                  of rotation,swiglu,choice,matvec,products,attention,attentionofmany,tower
          --name NAME             the model's name in export.json (default: name of the checkpoint folder)
          --force                 replace a model folder that is already there

          onnx-export make-random --layout nested|flat --output DIR [--shards N] [--seed S] [--config FILE]

          Writes a checkpoint of random BF16 weights, for measurements: of the public size (0.996 billion parameters), or of the
          sizes in FILE, a config.json. "flat" uses the older layout of config.json and the older weight names.

        Exit codes: 0 done, 1 failed or interrupted, 2 wrong arguments or configuration. An interrupted export leaves nothing behind.
        """;
}
