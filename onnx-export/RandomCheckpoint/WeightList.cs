using OnnxExport.Checkpoints;
using OnnxExport.Configuration;

namespace OnnxExport.RandomCheckpoint;

/// <summary>Every weight of a model of given sizes, in the order of transformers' files.</summary>
internal static class WeightList
{
    /// <returns>Canonical names and shapes.</returns>
    public static IEnumerable<(string Name, long[] Shape)> Of(ModelConfiguration model) =>
        [.. Text(model).Select(weight => (WeightNames.Text + weight.Name, weight.Shape)),
         .. Vision(model).Select(weight => (WeightNames.Vision + weight.Name, weight.Shape)),
         .. model.TiedHead ? Array.Empty<(string, long[])>() : [("lm_head.weight", [model.Text.VocabularySize, model.Text.HiddenSize])]];

    private static IEnumerable<(string Name, long[] Shape)> Text(ModelConfiguration model)
    {
        TextConfiguration text = model.Text;
        long hidden = text.HiddenSize, queries = (long)text.Heads * text.HeadSize, keys = (long)text.KeyValueHeads * text.HeadSize;
        yield return ("embed_tokens.weight", [text.VocabularySize, hidden]);
        for (int layer = 0; layer < text.Layers; layer++)
        {
            string name = $"layers.{layer}.";
            yield return (name + "input_layernorm.weight", [hidden]);
            yield return (name + "self_attn.q_proj.weight", [queries, hidden]);
            yield return (name + "self_attn.k_proj.weight", [keys, hidden]);
            yield return (name + "self_attn.v_proj.weight", [keys, hidden]);
            yield return (name + "self_attn.o_proj.weight", [hidden, queries]);
            yield return (name + "self_attn.query_layernorm.weight", [text.HeadSize]);
            yield return (name + "self_attn.key_layernorm.weight", [text.HeadSize]);
            yield return (name + "post_attention_layernorm.weight", [hidden]);
            yield return (name + "mlp.gate_proj.weight", [text.IntermediateSize, hidden]);
            yield return (name + "mlp.up_proj.weight", [text.IntermediateSize, hidden]);
            yield return (name + "mlp.down_proj.weight", [hidden, text.IntermediateSize]);
        }
        yield return ("norm.weight", [hidden]);
    }

    private static IEnumerable<(string Name, long[] Shape)> Vision(ModelConfiguration model)
    {
        VisionConfiguration vision = model.Vision;
        long hidden = vision.HiddenSize, wide = vision.IntermediateSize, edge = vision.PositionEdge;
        yield return ("embeddings.patch_embedding.weight", [hidden, vision.Channels, vision.PatchSize, vision.PatchSize]);
        yield return ("embeddings.patch_embedding.bias", [hidden]);
        yield return ("embeddings.position_embedding.weight", [edge * edge + 1, hidden]);
        for (int layer = 0; layer < vision.Layers; layer++)
        {
            string name = $"layers.{layer}.";
            foreach ((string part, long[] shape) in ((string, long[])[])[
                ("layer_norm1", [hidden]), ("self_attn.q_proj", [hidden, hidden]), ("self_attn.k_proj", [hidden, hidden]),
                ("self_attn.v_proj", [hidden, hidden]), ("self_attn.o_proj", [hidden, hidden]), ("layer_norm2", [hidden]),
                ("mlp.fc1", [wide, hidden]), ("mlp.fc2", [hidden, wide])])
            {
                yield return (name + part + ".weight", shape);
                yield return (name + part + ".bias", [shape[0]]);
            }
        }
        foreach ((string name, long[] shape) in Merger(model))
            yield return ("patch_merger." + name, shape);
    }

    private static IEnumerable<(string Name, long[] Shape)> Merger(ModelConfiguration model)
    {
        long hidden = model.Vision.HiddenSize, text = model.Text.HiddenSize, merge = model.Vision.MergeSize;
        return
        [
            ("before_rms.weight", [hidden]),
            ("proj_conv.weight", [2 * hidden, hidden, merge, merge]),
            ("proj_conv.bias", [2 * hidden]),
            ("proj_out.weight", [4 * hidden, 2 * hidden, 1, 1]),
            ("proj_out.bias", [4 * hidden]),
            ("mlp.weight", [text, 4 * hidden]),
            ("mlp.bias", [text]),
            ("image_newline", [4 * hidden]),
            ("image_begin", [text]),
            ("image_end", [text]),
            ("image_sep", [text]),
            ("after_rms.weight", [text]),
        ];
    }
}
