using System.Text.Json.Nodes;
using OnnxExport.Checkpoints;
using OnnxExport.Configuration;
using OnnxExport.Graphs;
using OnnxExport.Graphs.Cuda;

namespace OnnxExport.Output;

/// <summary>genai_config.json: what an engine must know to run the graphs, in the form that ONNX Runtime GenAI's model folders use.</summary>
internal static class GenaiConfiguration
{
    public const string FileName = "genai_config.json";

    /// <param name="model">config.json.</param>
    /// <param name="generation">generation_config.json and the special tokens.</param>
    /// <param name="embedding">The embedding table as it is stored.</param>
    /// <param name="graphs">Files and names of the graphs.</param>
    /// <param name="options">What was asked for.</param>
    public static JsonObject Create(ModelConfiguration model, GenerationDefaults generation, StoredTensor embedding, GraphSet graphs, ExportOptions options) => new()
    {
        ["model"] = Model(model, generation, embedding, graphs, options),
        ["search"] = new JsonObject
        {
            ["do_sample"] = generation.DoSample,
            ["temperature"] = generation.Temperature,
            ["top_k"] = generation.TopK,
            ["top_p"] = generation.TopP,
            ["repetition_penalty"] = generation.RepetitionPenalty,
            ["max_length"] = model.Text.ContextLength,
        },
        ["engine"] = new JsonObject
        {
            ["dynamic_batching"] = Batching(options.Target),
        },
    };

    private static JsonObject Model(ModelConfiguration model, GenerationDefaults generation, StoredTensor embedding, GraphSet graphs, ExportOptions options) => new()
    {
        ["type"] = "hunyuan_vl",
        ["context_length"] = model.Text.ContextLength,
        ["bos_token_id"] = generation.BosTokenId,
        ["eos_token_id"] = List(generation.EosTokenIds),
        ["pad_token_id"] = generation.PadTokenId,
        ["vocab_size"] = model.Text.VocabularySize,
        ["image_token_id"] = model.ImageTokenId,
        ["image_start_token_id"] = model.ImageStartTokenId,
        ["image_end_token_id"] = model.ImageEndTokenId,
        ["user_token_id"] = generation.UserTokenId,
        ["system_end_token_id"] = generation.SystemEndTokenId,
        ["vision"] = Vision(model.Vision, graphs),
        ["embedding"] = new JsonObject
        {
            ["filename"] = EmbeddingTable.FileName,
            ["dtype"] = embedding.Type.Name(),
            ["rows"] = model.Text.VocabularySize,
            ["columns"] = model.Text.HiddenSize,
        },
        ["decoder"] = options.Target == ExportTarget.Cuda ? OnCard(Decoder(model.Text, graphs), graphs, options) : Decoder(model.Text, graphs),
    };

    // On a card blocks of 256 tokens take the faster path in prefill. It is the default of the engine, whose operator may choose another.
    private static JsonObject Batching(ExportTarget target) => new() { ["block_size"] = target == ExportTarget.Cuda ? 256 : 64 };

    /// <summary>What only an engine on a card asks for: graphs of decode steps, the number format of everything, our own operators.</summary>
    private static JsonObject OnCard(JsonObject decoder, GraphSet graphs, ExportOptions options)
    {
        decoder["dtype"] = options.Precision == Precision.Bf16 ? "bfloat16" : "float16";
        decoder["kernels"] = new JsonArray([.. KernelNames.Of(options.Kernels).Select(name => (JsonNode?)name)]);
        foreach ((string role, BuiltGraph graph) in graphs.Decode)
        {
            decoder[role + "_filename"] = graph.FileName;
            decoder[role + "_inputs"] = Names(graph.Inputs);
            decoder[role + "_outputs"] = Names(graph.Outputs);
        }
        return decoder;
    }

    private static JsonObject Vision(VisionConfiguration vision, GraphSet graphs) => new()
    {
        ["filename"] = graphs.Vision.FileName,
        ["inputs"] = Names(graphs.Vision.Inputs),
        ["outputs"] = Names(graphs.Vision.Outputs),
        ["patch_size"] = vision.PatchSize,
        ["spatial_merge_size"] = vision.MergeSize,
        ["num_channels"] = vision.Channels,
    };

    private static JsonObject Decoder(TextConfiguration text, GraphSet graphs) => new()
    {
        ["filename"] = graphs.Decoder.FileName,
        ["inputs"] = Names(graphs.Decoder.Inputs),
        ["outputs"] = Names(graphs.Decoder.Outputs),
        ["hidden_size"] = text.HiddenSize,
        ["num_hidden_layers"] = text.Layers,
        ["num_attention_heads"] = text.Heads,
        ["num_key_value_heads"] = text.KeyValueHeads,
        ["head_size"] = text.HeadSize,
        // A float turned into a double would show digits that config.json never had.
        ["rms_norm_eps"] = (double)(decimal)text.RmsNormEpsilon,
        ["rope"] = new JsonObject
        {
            ["theta"] = text.Rope.Theta,
            ["alpha"] = text.Rope.Alpha,
            ["sections"] = List(text.Rope.Sections),
        },
    };

    private static JsonObject Names(IEnumerable<string> names) =>
        new(names.Select(name => KeyValuePair.Create(name.Replace(".%d", "", StringComparison.Ordinal), (JsonNode?)name)));

    private static JsonArray List(IEnumerable<int> values) => new([.. values.Select(value => (JsonNode?)value)]);
}
