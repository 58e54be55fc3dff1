using OnnxExport.Checkpoints;
using OnnxExport.Configuration;
using OnnxExport.Weights;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxExport.Graphs.Cuda;

/// <summary>The decoder's matrices under the names that all of its graphs use for them.</summary>
internal static class DecoderWeights
{
    /// <summary>[(heads + 2 * key/value heads) * head size, hidden].</summary>
    public static string QueryKeyValue(GraphBuilder graph, ModelWeights weights, TextConfiguration text, DataType type, int layer)
    {
        long keyValueSize = (long)text.KeyValueHeads * text.HeadSize;
        return Linear.Weight(graph, $"layers.{layer}.self_attn.qkv_proj", weights.Under($"layers.{layer}.").Stack(text.HiddenSize,
            ("self_attn.q_proj.weight", (long)text.Heads * text.HeadSize),
            ("self_attn.k_proj.weight", keyValueSize),
            ("self_attn.v_proj.weight", keyValueSize)), type);
    }

    /// <summary>[hidden, heads * head size].</summary>
    public static string Output(GraphBuilder graph, ModelWeights weights, TextConfiguration text, DataType type, int layer) =>
        Linear.Weight(graph, $"layers.{layer}.self_attn.o_proj",
            weights.Matrix($"layers.{layer}.self_attn.o_proj.weight", text.HiddenSize, (long)text.Heads * text.HeadSize), type);

    /// <summary>[2 * intermediate, hidden]: all rows of gate, then all rows of up.</summary>
    public static string GateUp(GraphBuilder graph, ModelWeights weights, TextConfiguration text, DataType type, int layer) =>
        Linear.Weight(graph, $"layers.{layer}.mlp.gate_up_proj", weights.Under($"layers.{layer}.").Stack(text.HiddenSize,
            ("mlp.gate_proj.weight", text.IntermediateSize), ("mlp.up_proj.weight", text.IntermediateSize)), type);

    /// <summary>[hidden, intermediate].</summary>
    public static string Down(GraphBuilder graph, ModelWeights weights, TextConfiguration text, DataType type, int layer) =>
        Linear.Weight(graph, $"layers.{layer}.mlp.down_proj",
            weights.Matrix($"layers.{layer}.mlp.down_proj.weight", text.HiddenSize, text.IntermediateSize), type);

    /// <summary>[vocabulary, hidden].</summary>
    public static string Embedding(GraphBuilder graph, ModelWeights weights, TextConfiguration text, DataType type) =>
        Linear.Weight(graph, "embed_tokens", weights.Matrix("embed_tokens.weight", text.VocabularySize, text.HiddenSize), type);

    /// <summary>[vocabulary, hidden]: the embedding table itself where the checkpoint ties them.</summary>
    public static string Head(GraphBuilder graph, Checkpoint checkpoint, ModelWeights weights, ModelConfiguration model, DataType type) =>
        model.TiedHead
            ? Embedding(graph, weights, model.Text, type)
            : Linear.Weight(graph, "lm_head", new WeightMatrix([checkpoint.Get("lm_head.weight", model.Text.VocabularySize, model.Text.HiddenSize)]), type);
}
