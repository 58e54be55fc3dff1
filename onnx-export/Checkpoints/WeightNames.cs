namespace OnnxExport.Checkpoints;

/// <summary>
/// Turns the tensor names of published checkpoints into transformers' own. Newer files use those already; older ones say
/// <c>vit.</c> for the vision tower, <c>perceive.</c> for its merger and <c>model.</c> for the decoder.
/// </summary>
internal static class WeightNames
{
    public const string Text = "model.language_model.";
    public const string Vision = "model.vision_tower.";

    private static readonly string[] OlderVisionPrefixes = ["model.vit.", "vit.vit.", "vit."];

    /// <summary>The canonical name; a name that fits no rule stays as it is.</summary>
    public static string Canonical(string stored)
    {
        foreach (string prefix in OlderVisionPrefixes)
        {
            if (stored.StartsWith(prefix, StringComparison.Ordinal))
                return Vision + CanonicalInsideVision(stored[prefix.Length..]);
        }
        if (stored.StartsWith(Vision, StringComparison.Ordinal))
            return Vision + CanonicalInsideVision(stored[Vision.Length..]);
        if (stored.StartsWith("model.", StringComparison.Ordinal) && !stored.StartsWith(Text, StringComparison.Ordinal))
            return Text + stored["model.".Length..];
        return stored;
    }

    /// <summary>The name that the older files use for a canonical one.</summary>
    public static string Older(string canonical)
    {
        if (canonical.StartsWith(Text, StringComparison.Ordinal))
            return "model." + canonical[Text.Length..];
        if (!canonical.StartsWith(Vision, StringComparison.Ordinal))
            return canonical;
        string inside = canonical[Vision.Length..]
            .Replace("patch_merger.proj_conv.", "perceive.proj.0.", StringComparison.Ordinal)
            .Replace("patch_merger.proj_out.", "perceive.proj.2.", StringComparison.Ordinal)
            .Replace("patch_merger.", "perceive.", StringComparison.Ordinal)
            .Replace(".mlp.fc1.", ".mlp.dense_h_to_4h.", StringComparison.Ordinal)
            .Replace(".mlp.fc2.", ".mlp.dense_4h_to_h.", StringComparison.Ordinal)
            .Replace(".layer_norm1.", ".input_layernorm.", StringComparison.Ordinal)
            .Replace(".layer_norm2.", ".post_attention_layernorm.", StringComparison.Ordinal);
        return "vit." + inside;
    }

    private static string CanonicalInsideVision(string name)
    {
        if (name.StartsWith("perceive.", StringComparison.Ordinal))
        {
            return name
                .Replace("perceive.proj.0.", "patch_merger.proj_conv.", StringComparison.Ordinal)
                .Replace("perceive.proj.2.", "patch_merger.proj_out.", StringComparison.Ordinal)
                .Replace("perceive.", "patch_merger.", StringComparison.Ordinal);
        }
        if (!name.StartsWith("layers.", StringComparison.Ordinal))
            return name;
        return name
            .Replace(".mlp.dense_h_to_4h.", ".mlp.fc1.", StringComparison.Ordinal)
            .Replace(".mlp.dense_4h_to_h.", ".mlp.fc2.", StringComparison.Ordinal)
            .Replace(".input_layernorm.", ".layer_norm1.", StringComparison.Ordinal)
            .Replace(".post_attention_layernorm.", ".layer_norm2.", StringComparison.Ordinal);
    }
}
