using OnnxExport.Checkpoints;
using OnnxExport.Configuration;
using OnnxExport.Weights;
using static OnnxExport.Graphs.GraphBuilder;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxExport.Graphs.Cpu;

/// <summary>
/// The decoder over the packed tokens of all sequences of a step. Attention and the gated activation are operators of
/// HunyuanOcr.Inference; the key and value caches are inputs that the attention writes in place.
/// </summary>
internal sealed class DecoderGraph
{
    public const string FileName = "decoder.onnx";

    private readonly GraphBuilder graph = new("decoder");
    private readonly ModelWeights weights;
    private readonly Checkpoint checkpoint;
    private readonly ModelConfiguration model;
    private readonly TextConfiguration text;
    private readonly MatrixProduct product;

    private DecoderGraph(Checkpoint checkpoint, ModelConfiguration model, MatrixProduct product)
    {
        this.checkpoint = checkpoint;
        this.model = model;
        this.product = product;
        text = model.Text;
        weights = new ModelWeights(checkpoint, WeightNames.Text);
    }

    /// <param name="product">How the decoder's matrices and the output head are multiplied.</param>
    /// <exception cref="CheckpointException">A weight is missing or of a wrong shape.</exception>
    public static BuiltGraph Build(Checkpoint checkpoint, ModelConfiguration model, MatrixProduct product) =>
        new DecoderGraph(checkpoint, model, product).Build();

    private BuiltGraph Build()
    {
        string embeddings = graph.Input("inputs_embeds", DataType.Float, "tokens", text.HiddenSize);
        graph.Input("cos", DataType.Float, "tokens", text.HeadSize);
        graph.Input("sin", DataType.Float, "tokens", text.HeadSize);
        graph.Input("logits_indices", DataType.Int64, "logits_rows");
        graph.Input("cumulative_lengths", DataType.Int32, "sequences_plus_one");
        graph.Input("past_lengths", DataType.Int32, "sequences");
        graph.Input("block_table", DataType.Int32, "sequences", "blocks_of_a_sequence");

        string normed = graph.Node("layers.0.input_layernorm", "", "SimplifiedLayerNormalization",
            [embeddings, graph.Weight("layers.0.input_layernorm.weight", weights.Vector("layers.0.input_layernorm.weight", text.HiddenSize))],
            Attribute("axis", -1L), Attribute("epsilon", text.RmsNormEpsilon));
        string residual = embeddings;
        for (int layer = 0; layer < text.Layers; layer++)
            (normed, residual) = Layer(layer, normed, residual);
        Head(normed);
        return graph.Build(FileName);
    }

    /// <summary>Takes a layer's normed input and the residual stream; returns those of the next one.</summary>
    private (string Normed, string Residual) Layer(int layer, string normed, string residual)
    {
        string name = $"layers.{layer}";
        ModelWeights own = weights.Under(name + ".");
        string attention = Attention(name, own, layer, normed);
        if (layer == text.Layers - 1)
        {
            // After the last attention only the tokens whose logits are wanted matter.
            attention = graph.Node("wanted_attention", "", "Gather", [attention, "logits_indices"], Attribute("axis", 0L));
            residual = graph.Node("wanted_residual", "", "Gather", [residual, "logits_indices"], Attribute("axis", 0L));
        }
        string projected = product.Apply(graph, name + ".self_attn.o_proj", attention,
            own.Matrix("self_attn.o_proj.weight", text.HiddenSize, (long)text.Heads * text.HeadSize));
        (normed, residual) = AddAndNorm(name + ".post_attention_layernorm", projected, residual);

        string gateUp = product.Apply(graph, name + ".mlp.gate_up_proj", normed, own.Stack(text.HiddenSize,
            ("mlp.gate_proj.weight", text.IntermediateSize), ("mlp.up_proj.weight", text.IntermediateSize)));
        string activated = graph.Node(name + ".mlp.activation", HunyuanOcrDomain, "SwiGlu", [gateUp]);
        graph.Shape(activated, DataType.Float, layer == text.Layers - 1 ? "logits_rows" : "tokens", text.IntermediateSize);
        string down = product.Apply(graph, name + ".mlp.down_proj", activated,
            own.Matrix("mlp.down_proj.weight", text.HiddenSize, text.IntermediateSize));
        return AddAndNorm(layer == text.Layers - 1 ? "norm" : $"layers.{layer + 1}.input_layernorm", down, residual);
    }

    private string Attention(string name, ModelWeights own, int layer, string normed)
    {
        string keyCache = graph.Input($"key_cache.{layer}", DataType.Float, "blocks", text.KeyValueHeads, "block_size", text.HeadSize);
        string valueCache = graph.Input($"value_cache.{layer}", DataType.Float, "blocks", text.KeyValueHeads, "block_size", text.HeadSize);
        long keyValueSize = (long)text.KeyValueHeads * text.HeadSize;
        string qkv = product.Apply(graph, name + ".self_attn.qkv_proj", normed, own.Stack(text.HiddenSize,
            ("self_attn.q_proj.weight", (long)text.Heads * text.HeadSize),
            ("self_attn.k_proj.weight", keyValueSize),
            ("self_attn.v_proj.weight", keyValueSize)));
        string queryNorm = graph.Weight(name + ".self_attn.query_layernorm.weight", own.Vector("self_attn.query_layernorm.weight", text.HeadSize));
        string keyNorm = graph.Weight(name + ".self_attn.key_layernorm.weight", own.Vector("self_attn.key_layernorm.weight", text.HeadSize));
        string attention = graph.Node(name + ".self_attn", HunyuanOcrDomain, "PagedAttention",
            [qkv, "cos", "sin", queryNorm, keyNorm, keyCache, valueCache, "cumulative_lengths", "past_lengths", "block_table"],
            Attribute("num_heads", text.Heads),
            Attribute("kv_num_heads", text.KeyValueHeads),
            Attribute("scale", 1 / MathF.Sqrt(text.HeadSize)),
            Attribute("qk_norm_epsilon", text.RmsNormEpsilon));
        graph.Shape(attention, DataType.Float, "tokens", (long)text.Heads * text.HeadSize);
        return attention;
    }

    private (string Normed, string Sum) AddAndNorm(string name, string added, string residual)
    {
        string weight = graph.Weight(name + ".weight", weights.Vector(name + ".weight", text.HiddenSize));
        string sum = name + ".residual";
        graph.Node(name, MicrosoftDomain, "SkipSimplifiedLayerNormalization", [added, residual, weight], [name, "", "", sum],
            [Attribute("epsilon", text.RmsNormEpsilon)]);
        return (name, sum);
    }

    private void Head(string normed)
    {
        WeightMatrix matrix = model.TiedHead
            ? weights.Matrix("embed_tokens.weight", text.VocabularySize, text.HiddenSize)
            : new WeightMatrix([checkpoint.Get("lm_head.weight", text.VocabularySize, text.HiddenSize)]);
        string logits = product.Apply(graph, "logits", normed, matrix);
        graph.Output(logits, DataType.Float, "logits_rows", text.VocabularySize);
    }
}
