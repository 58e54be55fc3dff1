using OnnxExport.Configuration;
using OnnxExport.Weights;
using static OnnxExport.Graphs.GraphBuilder;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxExport.Graphs.Cuda;

/// <summary>
/// The decoder's layers as operators of ONNX Runtime, with our own where <see cref="CudaKernels"/> says so. The caches are inputs and
/// outputs: whoever runs the graph binds both to the same memory, and the attention writes it in place.
/// </summary>
internal sealed class DecoderLayers
{
    /// <summary>Name of the dimension of rows that go on after the last attention.</summary>
    public const string WantedRows = "logits_rows";

    private readonly GraphBuilder graph;
    private readonly ModelWeights weights;
    private readonly TextConfiguration text;
    private readonly DataType type;
    private readonly CudaKernels kernels;
    private readonly RotatedHeads heads;

    /// <param name="weights">Of the text model, in <paramref name="type"/>.</param>
    /// <param name="heads">How queries and keys are rotated.</param>
    public DecoderLayers(GraphBuilder graph, ModelWeights weights, TextConfiguration text, DataType type, CudaKernels kernels, RotatedHeads heads)
    {
        this.graph = graph;
        this.weights = weights;
        this.text = text;
        this.type = type;
        this.kernels = kernels;
        this.heads = heads;
    }

    /// <summary>Adds all layers and the last norm.</summary>
    /// <param name="embeddings">[tokens, hidden].</param>
    /// <param name="wanted">Name of the input with the rows that go on after the last attention; "" for all.</param>
    /// <returns>[wanted rows, hidden].</returns>
    public string Build(string embeddings, string wanted = "") => kernels.HasFlag(CudaKernels.Products) ? Wide(embeddings, wanted) : Narrow(embeddings, wanted);

    /// <summary>With the residual stream in 32 bits.</summary>
    private string Wide(string embeddings, string wanted)
    {
        var stream = new ResidualStream(graph, weights, text, type, heads.Rows);
        string normed = stream.Begin("layers.0.input_layernorm", embeddings);
        for (int layer = 0; layer < text.Layers; layer++)
        {
            string name = $"layers.{layer}", rows = wanted.Length > 0 && layer == text.Layers - 1 ? WantedRows : heads.Rows;
            string attention = Attention(layer, normed, rows == WantedRows ? wanted : "");
            if (rows == WantedRows)
                stream.Keep(wanted, WantedRows);
            normed = stream.Add(name + ".post_attention_layernorm", Project(layer, attention));
            normed = stream.Add(NormAfter(layer), Perceptron(layer, normed, rows));
        }
        return normed;
    }

    private string Narrow(string embeddings, string wanted)
    {
        string normed = graph.Node("layers.0.input_layernorm", "", "SimplifiedLayerNormalization",
            [embeddings, Norm("layers.0.input_layernorm")], Attribute("axis", -1L), Attribute("epsilon", text.RmsNormEpsilon));
        string residual = embeddings;
        for (int layer = 0; layer < text.Layers; layer++)
            (normed, residual) = Layer(layer, normed, residual, layer == text.Layers - 1 ? wanted : "");
        return normed;
    }

    private (string Normed, string Residual) Layer(int layer, string normed, string residual, string wanted)
    {
        string attention = Attention(layer, normed, wanted);
        if (wanted.Length > 0)
            residual = graph.Node("wanted_residual", "", "Gather", [residual, wanted], Attribute("axis", 0L));
        (normed, residual) = AddAndNorm($"layers.{layer}.post_attention_layernorm", Project(layer, attention), residual);
        return AddAndNorm(NormAfter(layer), Perceptron(layer, normed, wanted.Length > 0 ? WantedRows : heads.Rows), residual);
    }

    private string NormAfter(int layer) => layer == text.Layers - 1 ? "norm" : $"layers.{layer + 1}.input_layernorm";

    /// <param name="wanted">After the last attention only the tokens whose logits are wanted matter: their places; "" for all.</param>
    private string Attention(int layer, string normed, string wanted)
    {
        string attention = heads.Attend(layer, Linear.Apply(graph, $"layers.{layer}.self_attn.qkv_proj", normed, DecoderWeights.QueryKeyValue(graph, weights, text, type, layer)));
        return wanted.Length == 0 ? attention : graph.Node("wanted_attention", "", "Gather", [attention, wanted], Attribute("axis", 0L));
    }

    private string Project(int layer, string attention) =>
        Linear.Apply(graph, $"layers.{layer}.self_attn.o_proj", attention, DecoderWeights.Output(graph, weights, text, type, layer));

    private string Perceptron(int layer, string normed, string rows)
    {
        string name = $"layers.{layer}.mlp";
        string gateUp = Linear.Apply(graph, name + ".gate_up_proj", normed, DecoderWeights.GateUp(graph, weights, text, type, layer));
        return Linear.Apply(graph, name + ".down_proj", Gated(name, gateUp, rows), DecoderWeights.Down(graph, weights, text, type, layer));
    }

    /// <summary>silu(gate) * up.</summary>
    private string Gated(string name, string gateUp, string rows)
    {
        if (kernels.HasFlag(CudaKernels.SwiGlu))
        {
            string activated = graph.Node(name + ".activation", HunyuanOcrDomain, "SwiGlu", [gateUp]);
            graph.Shape(activated, type, rows, text.IntermediateSize);
            return activated;
        }
        string gate = name + ".gate", up = name + ".up";
        graph.Node(gate, "", "Split", [gateUp, graph.Integers("gate_up_sizes", text.IntermediateSize, text.IntermediateSize)], [gate, up], [Attribute("axis", -1L)]);
        // x * sigmoid(alpha * x) with alpha 1.
        string silu = graph.Node(name + ".silu", MicrosoftDomain, "QuickGelu", [gate], Attribute("alpha", 1f));
        return graph.Node(name + ".activation", "", "Mul", [silu, up]);
    }

    private (string Normed, string Sum) AddAndNorm(string name, string added, string residual)
    {
        string sum = name + ".residual";
        graph.Node(name, MicrosoftDomain, "SkipSimplifiedLayerNormalization", [added, residual, Norm(name)], [name, "", "", sum],
            [Attribute("epsilon", text.RmsNormEpsilon)]);
        return (name, sum);
    }

    private string Norm(string name) => graph.Weight(name + ".weight", weights.Vector(name + ".weight", text.HiddenSize));
}
