using OnnxExport.Configuration;
using static OnnxExport.Graphs.GraphBuilder;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxExport.Graphs.Cuda;

/// <summary>
/// The decoder's layers for some rows, six launches a layer beside the attention: products on the tensor cores with sums in 32 bits, in
/// which a row is the same whatever rows are beside it. Products with few outputs are made in parts, which the next norm adds up.
/// </summary>
internal sealed class ProductLayers(GraphBuilder graph, ModelWeights weights, TextConfiguration text, DataType type, RotatedHeads heads)
{
    /// <summary>Parts of a product whose outputs alone would not fill a card.</summary>
    private const long Parts = 4;

    /// <param name="embeddings">[sequences, hidden].</param>
    /// <param name="head">The output head, a weight of the graph.</param>
    /// <returns>Logits [sequences, vocabulary] in 32-bit floats.</returns>
    public string Build(string embeddings, string head)
    {
        var stream = new ResidualStream(graph, weights, text, type, "sequences");
        string normed = stream.Begin("layers.0.input_layernorm", embeddings);
        for (int layer = 0; layer < text.Layers; layer++)
        {
            string name = $"layers.{layer}";
            string qkv = Product(name + ".self_attn.qkv_proj", normed, DecoderWeights.QueryKeyValue(graph, weights, text, type, layer), text.QkvSize);
            string attention = heads.Attend(layer, qkv, wide: true);
            normed = stream.AddParts(name + ".post_attention_layernorm", InParts(name + ".self_attn.o_proj", attention, DecoderWeights.Output(graph, weights, text, type, layer)));
            string activated = graph.Node(name + ".mlp.activation", HunyuanOcrDomain, "ProductSwiGlu", [normed, DecoderWeights.GateUp(graph, weights, text, type, layer)]);
            graph.Shape(activated, type, "sequences", text.IntermediateSize);
            string down = InParts(name + ".mlp.down_proj", activated, DecoderWeights.Down(graph, weights, text, type, layer));
            normed = stream.AddParts(layer == text.Layers - 1 ? "norm" : $"layers.{layer + 1}.input_layernorm", down);
        }
        return Product("logits", normed, head, text.VocabularySize);
    }

    private string Product(string name, string input, string weight, long size)
    {
        graph.Node(name, HunyuanOcrDomain, "Product", [input, weight]);
        graph.Shape(name, DataType.Float, "sequences", size);
        return name;
    }

    private string InParts(string name, string input, string weight)
    {
        graph.Node(name, HunyuanOcrDomain, "ProductParts", [input, weight], Attribute("parts", Parts));
        graph.Shape(name, DataType.Float, Parts, "sequences", text.HiddenSize);
        return name;
    }
}
