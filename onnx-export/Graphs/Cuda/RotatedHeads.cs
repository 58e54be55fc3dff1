using OnnxExport.Configuration;
using OnnxExport.Weights;
using static OnnxExport.Graphs.GraphBuilder;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxExport.Graphs.Cuda;

/// <summary>
/// Attention of one layer over the paged cache: rotation, then RMSNorm of every query and key head, then com.microsoft.PagedAttention; or
/// all of that in an operator of ours. Its inputs that are the same for all layers are made here.
/// </summary>
internal sealed class RotatedHeads
{
    private readonly GraphBuilder graph;
    private readonly ModelWeights weights;
    private readonly TextConfiguration text;
    private readonly DataType type;
    private readonly HeadRotation? rotate;
    private readonly (string Cos, string Sin)? fused;
    private readonly bool whole;

    /// <param name="rotation">The rotation by operators of ONNX Runtime, or null.</param>
    /// <param name="fused">Cosines and sines for an operator of ours, or null.</param>
    /// <param name="whole">Whether that operator is the whole attention.</param>
    private RotatedHeads(GraphBuilder graph, ModelWeights weights, TextConfiguration text, DataType type, string rows, HeadRotation? rotation, (string, string)? fused, bool whole = false)
    {
        this.graph = graph;
        this.weights = weights;
        this.text = text;
        this.type = type;
        Rows = rows;
        this.fused = fused;
        this.whole = whole;
        rotate = rotation;
        graph.Input("cumulative_lengths", DataType.Int32, "sequences_plus_one");
        graph.Input("past_lengths", DataType.Int32, "sequences");
        graph.Input("block_table", DataType.Int32, "sequences", "blocks_of_a_sequence");
        graph.Input("slot_mapping", DataType.Int32, rows);
        graph.Input("attention_metadata", DataType.Int32, 3);
    }

    private float Scale => 1 / MathF.Sqrt(text.HeadSize);

    /// <summary>Name of the dimension of tokens.</summary>
    public string Rows { get; }

    /// <summary>Tokens with any positions: their cosines and sines are inputs.</summary>
    public static RotatedHeads Given(GraphBuilder graph, ModelWeights weights, TextConfiguration text, DataType type, CudaKernels kernels)
    {
        string cos = graph.Input("cos", DataType.Float, "tokens", text.HeadSize);
        string sin = graph.Input("sin", DataType.Float, "tokens", text.HeadSize);
        return kernels.HasFlag(CudaKernels.Rotation)
            ? new RotatedHeads(graph, weights, text, type, "tokens", null, (cos, sin))
            : new RotatedHeads(graph, weights, text, type, "tokens", new GivenRotation(graph, text, type, cos, sin), null);
    }

    /// <summary>Decoded tokens: one position each.</summary>
    /// <param name="ownAttention">Whether the attention is ours, where it can be.</param>
    /// <param name="positions">[sequences], int64.</param>
    public static RotatedHeads Table(GraphBuilder graph, ModelWeights weights, TextConfiguration text, DataType type, CudaKernels kernels, bool ownAttention, string positions)
    {
        bool whole = ownAttention && text.HeadSize is 16 or 32 or 64 or 128;
        if (!whole && !kernels.HasFlag(CudaKernels.Rotation))
            return new RotatedHeads(graph, weights, text, type, "sequences", new TableRotation(graph, text, type, positions), null);
        string cos = graph.Node("cos", "", "Gather", [graph.Weight("rope.cos", new RopeTable(text, Math.Cos, DataType.Float)), positions], Attribute("axis", 0L));
        string sin = graph.Node("sin", "", "Gather", [graph.Weight("rope.sin", new RopeTable(text, Math.Sin, DataType.Float)), positions], Attribute("axis", 0L));
        return new RotatedHeads(graph, weights, text, type, "sequences", null, (cos, sin), whole);
    }

    /// <param name="layer">Number of the layer.</param>
    /// <param name="qkv">[rows, (heads + 2 * key/value heads) * head size].</param>
    /// <param name="wide">Whether they are in 32-bit floats.</param>
    /// <returns>[rows, heads * head size].</returns>
    public string Attend(int layer, string qkv, bool wide = false)
    {
        string name = $"layers.{layer}.self_attn";
        string keyCache = graph.Input($"key_cache.{layer}", type, "blocks", "block_size", text.KeyValueHeads, text.HeadSize);
        string valueCache = graph.Input($"value_cache.{layer}", type, "blocks", "block_size", text.KeyValueHeads, text.HeadSize);
        string[] outputs = [name, $"key_cache_out.{layer}", $"value_cache_out.{layer}"];
        if (whole)
            DecodeAttention(layer, name, qkv, wide, keyCache, valueCache, outputs);
        else
            PagedAttention(name, qkv, wide, keyCache, valueCache, outputs);
        graph.Shape(name, type, Rows, (long)text.Heads * text.HeadSize);
        graph.Output(outputs[1], type, "blocks", "block_size", text.KeyValueHeads, text.HeadSize);
        graph.Output(outputs[2], type, "blocks", "block_size", text.KeyValueHeads, text.HeadSize);
        return name;
    }

    private void PagedAttention(string name, string qkv, bool wide, string keyCache, string valueCache, string[] outputs)
    {
        (string query, string key, string value) = fused is not null ? SplitRotateNorm(name, qkv, wide)
            : rotate!.Apply(name, wide ? graph.Node(name + ".qkv_narrowed", "", "Cast", [qkv], Attribute("to", (long)type)) : qkv);
        string queryNorm = fused is null ? Norm(name, "query_layernorm", type) : "", keyNorm = fused is null ? Norm(name, "key_layernorm", type) : "";
        graph.Node(name, MicrosoftDomain, "PagedAttention",
            [
                query, key, value, keyCache, valueCache, "cumulative_lengths", "past_lengths", "block_table", "", "", "slot_mapping",
                "", queryNorm, keyNorm, "", "", "attention_metadata",
            ],
            outputs,
            [
                Attribute("num_heads", text.Heads), Attribute("kv_num_heads", text.KeyValueHeads), Attribute("scale", Scale),
                Attribute("do_rotary", 0L), Attribute("qk_norm_epsilon", text.RmsNormEpsilon),
            ]);
    }

    // The last output is where the parts of a sequence leave what they found. Nobody reads it, but ONNX Runtime keeps what nobody takes until
    // the run ends: the next layer takes it, so that two are there at a time and not as many as there are layers.
    private void DecodeAttention(int layer, string name, string qkv, bool wide, string keyCache, string valueCache, string[] outputs) =>
        graph.Node(name, HunyuanOcrDomain, wide ? "DecodeAttentionWide" : "DecodeAttention",
            [
                qkv, fused!.Value.Cos, fused.Value.Sin, Norm(name, "query_layernorm", DataType.Float), Norm(name, "key_layernorm", DataType.Float),
                keyCache, valueCache, "past_lengths", "block_table", "slot_mapping", .. layer == 0 ? [] : (string[])[$"layers.{layer - 1}.self_attn.parts"],
            ],
            [.. outputs, name + ".parts"],
            [
                Attribute("num_heads", text.Heads), Attribute("kv_num_heads", text.KeyValueHeads), Attribute("scale", Scale),
                Attribute("epsilon", text.RmsNormEpsilon),
            ]);

    private string Norm(string name, string which, DataType format) => graph.Weight($"{name}.{which}.weight",
        new RowMajorTensor(weights.Row($"{name}.{which}.weight", text.HeadSize), format, text.HeadSize));

    private (string Query, string Key, string Value) SplitRotateNorm(string name, string qkv, bool wide)
    {
        string query = name + ".query", key = name + ".key", value = name + ".value";
        graph.Node(name + ".rotation", HunyuanOcrDomain, wide ? "SplitRotateNormWide" : "SplitRotateNorm",
            [qkv, fused!.Value.Cos, fused.Value.Sin, Norm(name, "query_layernorm", DataType.Float), Norm(name, "key_layernorm", DataType.Float)],
            [query, key, value],
            [Attribute("num_heads", text.Heads), Attribute("kv_num_heads", text.KeyValueHeads), Attribute("epsilon", text.RmsNormEpsilon)]);
        graph.Shape(query, type, Rows, (long)text.Heads * text.HeadSize);
        graph.Shape(key, type, Rows, (long)text.KeyValueHeads * text.HeadSize);
        graph.Shape(value, type, Rows, (long)text.KeyValueHeads * text.HeadSize);
        return (query, key, value);
    }
}
