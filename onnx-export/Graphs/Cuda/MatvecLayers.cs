using OnnxExport.Configuration;
using static OnnxExport.Graphs.GraphBuilder;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxExport.Graphs.Cuda;

/// <summary>
/// The decoder's layers for a few rows: four launches a layer beside the attention. Norms are computed by the products that need them,
/// and sums with the residual stream, which is in 32 bits, by the products that give them.
/// </summary>
internal sealed class MatvecLayers(GraphBuilder graph, ModelWeights weights, TextConfiguration text, DataType type, RotatedHeads heads)
{
    /// <param name="embeddings">[sequences, hidden].</param>
    /// <param name="head">The output head, a weight of the graph.</param>
    /// <returns>Logits [sequences, vocabulary] in 32-bit floats.</returns>
    public string Build(string embeddings, string head)
    {
        string hidden = graph.Node("embeddings_widened", "", "Cast", [embeddings], Attribute("to", (long)DataType.Float));
        for (int layer = 0; layer < text.Layers; layer++)
        {
            string name = $"layers.{layer}";
            string qkv = NormLinear(name + ".self_attn.qkv_proj", "NormLinear", hidden, name + ".input_layernorm",
                DecoderWeights.QueryKeyValue(graph, weights, text, type, layer), text.QkvSize, DataType.Float);
            hidden = AddLinear(name + ".self_attn.o_proj", heads.Attend(layer, qkv, wide: true), DecoderWeights.Output(graph, weights, text, type, layer), hidden);
            string activated = NormLinear(name + ".mlp.activation", "NormSwiGlu", hidden, name + ".post_attention_layernorm",
                DecoderWeights.GateUp(graph, weights, text, type, layer), text.IntermediateSize, type);
            hidden = AddLinear(name + ".mlp.down_proj", activated, DecoderWeights.Down(graph, weights, text, type, layer), hidden);
        }
        return NormLinear("logits", "NormLinear", hidden, "norm", head, text.VocabularySize, DataType.Float);
    }

    private string NormLinear(string name, string operation, string hidden, string norm, string weight, long size, DataType result)
    {
        string gamma = graph.Weight(norm + ".weight", weights.Vector(norm + ".weight", text.HiddenSize));
        graph.Node(name, HunyuanOcrDomain, operation, [hidden, gamma, weight], Attribute("epsilon", text.RmsNormEpsilon));
        graph.Shape(name, result, "sequences", size);
        return name;
    }

    private string AddLinear(string name, string input, string weight, string residual)
    {
        graph.Node(name, HunyuanOcrDomain, "AddLinear", [input, weight, residual]);
        graph.Shape(name, DataType.Float, "sequences", text.HiddenSize);
        return name;
    }
}
