using System.Text;
using System.Text.Json.Nodes;
using OnnxExport.Configuration;
using OnnxExport.Graphs;
using OnnxExport.Graphs.Cuda;
using OnnxExport.Output;
using OnnxExport.RandomCheckpoint;

namespace OnnxExport.Tests;

/// <summary>A model of awkward sizes (nothing is a multiple of 128, the head is its own) and checkpoints of it.</summary>
internal static class SmallModel
{
    public const string Json = """
        {
          "model_type": "hunyuan_vl", "image_token_id": 8, "im_start_id": 6, "im_end_id": 7, "tie_word_embeddings": false,
          "text_config": {
            "vocab_size": 300, "hidden_size": 40, "intermediate_size": 136, "num_hidden_layers": 2, "num_attention_heads": 4,
            "num_key_value_heads": 2, "head_dim": 16, "max_position_embeddings": 512, "bos_token_id": 0, "eos_token_id": [5, 1],
            "pad_token_id": 2, "rms_norm_eps": 1e-05,
            "rope_parameters": { "alpha": 1000.0, "rope_theta": 10000.0, "rope_type": "dynamic", "mrope_section": [2, 2, 2, 2] }
          },
          "vision_config": {
            "hidden_size": 24, "intermediate_size": 72, "num_hidden_layers": 2, "num_attention_heads": 2, "num_channels": 3,
            "patch_size": 16, "spatial_merge_size": 2, "max_image_size": 128, "hidden_act": "gelu", "rms_norm_eps": 1e-05
          }
        }
        """;

    public static ModelConfiguration Configuration { get; } = Read(Json);

    public static ModelConfiguration Read(string json) =>
        ConfigurationReader.Read(JsonSection.Parse("config.json", Encoding.UTF8.GetBytes(json)));

    /// <summary>Reads the small config.json after a change to it.</summary>
    public static ModelConfiguration Changed(Action<JsonObject> change)
    {
        JsonObject json = JsonNode.Parse(Json)!.AsObject();
        change(json);
        return Read(json.ToJsonString());
    }

    /// <summary>Writes a random checkpoint of the small model, or of one changed from it.</summary>
    public static string Checkpoint(string folder, ConfigurationLayout layout = ConfigurationLayout.Nested, int shards = 1, ModelConfiguration? changed = null)
    {
        RandomCheckpointWriter.Write(folder, changed ?? Configuration, layout, shards, seed: 7, Quiet, CancellationToken.None);
        return folder;
    }

    public static ExportProgress Quiet => new(TextWriter.Null, isTerminal: false);

    /// <summary>For a CPU, or for a card where the precision is one of those.</summary>
    public static ExportOptions Options(string checkpoint, string output, Precision precision = Precision.Fp32, bool force = false) => new()
    {
        Checkpoint = checkpoint,
        Output = output,
        Target = precision is Precision.Fp16 or Precision.Bf16 ? ExportTarget.Cuda : ExportTarget.Cpu,
        Kernels = CudaKernels.Ours,
        Precision = precision,
        VisionPrecision = precision,
        Name = "small",
        Force = force,
    };
}
