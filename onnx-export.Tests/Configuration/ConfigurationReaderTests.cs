using System.Text.Json;
using System.Text.Json.Nodes;
using OnnxExport.Configuration;
using OnnxExport.RandomCheckpoint;

namespace OnnxExport.Tests.Configuration;

public sealed class ConfigurationReaderTests
{
    // As the published checkpoint has it: text fields on top, old names of the rotary fields, pad_token_id -1.
    private const string Flat = """
        {
          "model_type": "hunyuan_vl", "attention_head_dim": 16, "vocab_size": 300, "org_vocab_size": 300, "hidden_size": 40,
          "intermediate_size": 136, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2, "hidden_act": "silu",
          "max_position_embeddings": 512, "bos_token_id": 0, "eos_token_id": [5, 1], "eod_token_id": 3, "pad_id": 2, "pad_token_id": -1,
          "rms_norm_eps": 1e-05, "rope_theta": 10000.0, "attention_bias": false, "use_qk_norm": true,
          "rope_scaling": { "alpha": 1000.0, "beta_fast": 32, "beta_slow": 1, "factor": 1.0, "type": "xdrope", "xdrope_section": [2, 2, 2, 2] },
          "image_token_id": 8, "image_start_token_id": 6, "image_end_token_id": 7, "tie_word_embeddings": false,
          "vision_config": {
            "hidden_size": 24, "intermediate_size": 72, "num_hidden_layers": 2, "num_attention_heads": 2, "num_channels": 3,
            "patch_size": 16, "spatial_merge_size": 2, "max_image_size": 128, "hidden_act": "gelu", "interpolate_mode": "bilinear",
            "rms_norm_eps": 1e-05
          }
        }
        """;

    [Fact]
    public void Both_layouts_read_as_the_same_configuration() =>
        Assert.Equal(JsonSerializer.Serialize(SmallModel.Configuration), JsonSerializer.Serialize(SmallModel.Read(Flat)));

    [Theory]
    [InlineData(ConfigurationLayout.Nested)]
    [InlineData(ConfigurationLayout.Flat)]
    internal void What_the_random_checkpoint_writes_is_read_back(ConfigurationLayout layout)
    {
        ModelConfiguration read = SmallModel.Read(RandomConfiguration.Create(SmallModel.Configuration, layout).ToJsonString());

        Assert.Equal(JsonSerializer.Serialize(SmallModel.Configuration), JsonSerializer.Serialize(read));
    }

    [Fact]
    public void The_sizes_are_the_ones_in_the_file()
    {
        ModelConfiguration model = SmallModel.Configuration;

        Assert.Equal((300, 40, 136, 2, 4, 2, 16), (model.Text.VocabularySize, model.Text.HiddenSize, model.Text.IntermediateSize,
            model.Text.Layers, model.Text.Heads, model.Text.KeyValueHeads, model.Text.HeadSize));
        Assert.Equal((24, 72, 8, 768), (model.Vision.HiddenSize, model.Vision.IntermediateSize, model.Vision.PositionEdge, model.Vision.PatchElements));
        Assert.Equal((10000.0, 1000.0), (model.Text.Rope.Theta, model.Text.Rope.Alpha));
        Assert.Equal((6, 7, 8), (model.ImageStartTokenId, model.ImageEndTokenId, model.ImageTokenId));
        Assert.False(model.TiedHead);
    }

    [Fact]
    public void The_head_is_tied_where_nothing_is_said() =>
        Assert.True(SmallModel.Changed(json => json.Remove("tie_word_embeddings")).TiedHead);

    [Fact]
    public void An_unknown_layout_is_refused() =>
        Assert.StartsWith("config.json: the layout is unknown: expected text_config and vision_config",
            Fault(json => { json.Remove("text_config"); json["llm"] = new JsonObject(); }), StringComparison.Ordinal);

    [Fact]
    public void Another_model_is_refused_by_its_type() =>
        Assert.Equal("config.json: model_type is \"qwen2_vl\"; only \"hunyuan_vl\" can be exported.", Fault(json => json["model_type"] = "qwen2_vl"));

    [Theory]
    [InlineData("hidden_size", null, "config.json: text_config.hidden_size is missing.")]
    [InlineData("hidden_size", "\"wide\"", "config.json: text_config.hidden_size must be a whole number.")]
    [InlineData("num_hidden_layers", "0", "config.json: text_config.num_hidden_layers is 0; it must be at least 1.")]
    [InlineData("num_key_value_heads", "3", "config.json: num_attention_heads (4) is no multiple of num_key_value_heads (3).")]
    [InlineData("hidden_act", "\"gelu\"", "config.json: hidden_act is \"gelu\"; only \"silu\" can be exported.")]
    [InlineData("attention_bias", "true", "config.json: attention_bias is true; the decoder of this model has no biases.")]
    [InlineData("rope_parameters", null, "config.json: text_config.rope_parameters is missing.")]
    public void A_fault_in_a_text_field_is_named(string key, string? value, string message) =>
        Assert.Equal(message, Fault(json => Set(json["text_config"]!, key, value)));

    [Theory]
    [InlineData("mrope_section", "[2,2,2]", "config.json: xdrope_section must be four numbers that add up to half of head_dim, 8; it is [2, 2, 2].")]
    [InlineData("mrope_section", "[2,2,2,3]", "config.json: xdrope_section must be four numbers that add up to half of head_dim, 8; it is [2, 2, 2, 3].")]
    [InlineData("mrope_section", "[2147483647,1,1,1]", "config.json: xdrope_section must be four numbers that add up to half of head_dim, 8; it is [2147483647, 1, 1, 1].")]
    [InlineData("rope_theta", "0", "config.json: rope_theta is 0; it must be above 0.")]
    [InlineData("rope_type", "\"yarn\"", "config.json: rope type \"yarn\" is unknown; supported are xdrope, dynamic and default.")]
    [InlineData("alpha", null, "config.json: rope type \"dynamic\" needs an alpha above 0.")]
    public void A_fault_in_a_rotary_field_is_named(string key, string? value, string message) =>
        Assert.Equal(message, Fault(json => Set(json["text_config"]!["rope_parameters"]!, key, value)));

    [Theory]
    [InlineData("hidden_act", "\"quick_gelu\"", "config.json: hidden_act is \"quick_gelu\"; only \"gelu\" can be exported.")]
    [InlineData("interpolate_mode", "\"bicubic\"", "config.json: interpolate_mode is \"bicubic\"; only \"bilinear\" can be exported.")]
    [InlineData("num_attention_heads", "5", "config.json: vision_config.hidden_size (24) is no multiple of num_attention_heads (5).")]
    [InlineData("patch_size", null, "config.json: vision_config.patch_size is missing.")]
    public void A_fault_in_a_vision_field_is_named(string key, string? value, string message) =>
        Assert.Equal(message, Fault(json => Set(json["vision_config"]!, key, value)));

    [Fact]
    public void A_missing_file_and_broken_json_are_named()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal($"config.json is missing in {folder.Path}.", Assert.Throws<ConfigurationException>(() => ConfigurationReader.Read(folder.Path)).Message);

        File.WriteAllText(folder["config.json"], "{ \"hidden_size\": ");
        Assert.StartsWith("config.json is not valid JSON", Assert.Throws<ConfigurationException>(() => ConfigurationReader.Read(folder.Path)).Message, StringComparison.Ordinal);
    }

    private static void Set(JsonNode section, string key, string? value)
    {
        if (value is null)
            section.AsObject().Remove(key);
        else
            section[key] = JsonNode.Parse(value);
    }

    private static string Fault(Action<JsonObject> change) =>
        Assert.Throws<ConfigurationException>(() => SmallModel.Changed(change)).Message;
}
