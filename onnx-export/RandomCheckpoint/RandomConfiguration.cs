using System.Text.Json.Nodes;
using OnnxExport.Configuration;

namespace OnnxExport.RandomCheckpoint;

/// <summary>The two layouts of config.json.</summary>
internal enum ConfigurationLayout
{
    /// <summary>text_config and vision_config, as transformers 5 writes it.</summary>
    Nested,

    /// <summary>Text fields at the top level, as the published checkpoint has them.</summary>
    Flat,
}

/// <summary>Writes a <see cref="ModelConfiguration"/> back as config.json.</summary>
internal static class RandomConfiguration
{
    public static JsonObject Create(ModelConfiguration model, ConfigurationLayout layout)
    {
        JsonObject root = layout == ConfigurationLayout.Flat ? Text(model.Text, layout) : new JsonObject { ["text_config"] = Text(model.Text, layout) };
        root["model_type"] = "hunyuan_vl";
        root["architectures"] = new JsonArray("HunYuanVLForConditionalGeneration");
        root["image_token_id"] = model.ImageTokenId;
        root["im_start_id"] = model.ImageStartTokenId;
        root["im_end_id"] = model.ImageEndTokenId;
        root["tie_word_embeddings"] = model.TiedHead;
        root["vision_config"] = Vision(model.Vision, model.Text.HiddenSize);
        return root;
    }

    private static JsonObject Text(TextConfiguration text, ConfigurationLayout layout)
    {
        bool flat = layout == ConfigurationLayout.Flat;
        var json = new JsonObject
        {
            ["vocab_size"] = text.VocabularySize,
            ["hidden_size"] = text.HiddenSize,
            ["intermediate_size"] = text.IntermediateSize,
            ["num_hidden_layers"] = text.Layers,
            ["num_attention_heads"] = text.Heads,
            ["num_key_value_heads"] = text.KeyValueHeads,
            [flat ? "attention_head_dim" : "head_dim"] = text.HeadSize,
            ["hidden_act"] = "silu",
            ["rms_norm_eps"] = (double)(decimal)text.RmsNormEpsilon,
            ["max_position_embeddings"] = text.ContextLength,
            ["bos_token_id"] = text.BosTokenId,
            ["eos_token_id"] = new JsonArray([.. text.EosTokenIds.Select(id => (JsonNode?)id)]),
            ["pad_token_id"] = flat ? -1 : text.PadTokenId,
        };
        var rope = new JsonObject
        {
            ["alpha"] = text.Rope.Alpha,
            [flat ? "type" : "rope_type"] = flat ? "xdrope" : "dynamic",
            [flat ? "xdrope_section" : "mrope_section"] = new JsonArray([.. text.Rope.Sections.Select(size => (JsonNode?)size)]),
        };
        (flat ? json : rope)["rope_theta"] = text.Rope.Theta;
        json[flat ? "rope_scaling" : "rope_parameters"] = rope;
        if (flat)
            json["pad_id"] = text.PadTokenId;
        return json;
    }

    private static JsonObject Vision(VisionConfiguration vision, int textHidden) => new()
    {
        ["hidden_size"] = vision.HiddenSize,
        ["intermediate_size"] = vision.IntermediateSize,
        ["num_hidden_layers"] = vision.Layers,
        ["num_attention_heads"] = vision.Heads,
        ["num_channels"] = vision.Channels,
        ["patch_size"] = vision.PatchSize,
        ["spatial_merge_size"] = vision.MergeSize,
        ["max_image_size"] = vision.MaxImageSize,
        ["hidden_act"] = "gelu",
        ["interpolate_mode"] = "bilinear",
        ["rms_norm_eps"] = (double)(decimal)vision.NormEpsilon,
        ["text_hidden_size"] = textHidden,
    };
}
