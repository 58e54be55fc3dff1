using OnnxExport.Configuration;
using OnnxExport.Weights;
using static OnnxExport.Graphs.GraphBuilder;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxExport.Graphs.Cuda;

/// <summary>
/// Splits the product that gives queries, keys and values and rotates the first two: q * cos + rotate_half(q) * sin. Where the model
/// is in bfloat16 the rotation is in 32-bit floats, as in the reference; the eleven bits of float16 are enough for it.
/// </summary>
internal abstract class HeadRotation(GraphBuilder graph, TextConfiguration text, DataType type)
{
    protected GraphBuilder Graph => graph;

    protected TextConfiguration Text => text;

    /// <summary>Number format of the rotation.</summary>
    protected DataType Format => type == DataType.Float16 ? DataType.Float16 : DataType.Float;

    /// <summary>Heads that are rotated: those of queries and keys.</summary>
    protected long Heads => text.Heads + text.KeyValueHeads;

    private long QuerySize => (long)text.Heads * text.HeadSize;

    private long KeySize => (long)text.KeyValueHeads * text.HeadSize;

    /// <param name="name">Of the layer's attention.</param>
    /// <param name="qkv">[rows, (heads + 2 * key/value heads) * head size].</param>
    /// <returns>Rotated queries and keys, and values, each [rows, its heads * head size].</returns>
    public (string Query, string Key, string Value) Apply(string name, string qkv)
    {
        string both = name + ".query_key", value = name + ".value";
        graph.Node(both, "", "Split", [qkv, graph.Integers("query_key_value_sizes", QuerySize + KeySize, KeySize)], [both, value], [Attribute("axis", -1L)]);
        string rotated = graph.Node(name + ".rotated_rows", "", "Reshape",
            [Narrowed(name, Rotate(name, Widened(name, both))), graph.Integers("rows_of_query_key", -1, QuerySize + KeySize)]);
        string query = name + ".query", key = name + ".key";
        graph.Node(query, "", "Split", [rotated, graph.Integers("query_key_sizes", QuerySize, KeySize)], [query, key], [Attribute("axis", -1L)]);
        return (query, key, value);
    }

    /// <param name="heads">[rows, (heads + key/value heads) * head size] in <see cref="Format"/>.</param>
    protected abstract string Rotate(string name, string heads);

    private string Widened(string name, string value) =>
        Format == type ? value : graph.Node(name + ".widened", "", "Cast", [value], Attribute("to", (long)Format));

    private string Narrowed(string name, string value) =>
        Format == type ? value : graph.Node(name + ".narrowed", "", "Cast", [value], Attribute("to", (long)type));
}

/// <summary>XD-RoPE: cosines and sines of every token and column are given, since the columns of one pair turn by different angles.</summary>
internal sealed class GivenRotation : HeadRotation
{
    private readonly string cosines;
    private readonly string sines;

    /// <param name="cos">[tokens, head size], 32-bit floats.</param>
    /// <param name="sin">[tokens, head size], 32-bit floats.</param>
    public GivenRotation(GraphBuilder graph, TextConfiguration text, DataType type, string cos, string sin) : base(graph, text, type)
    {
        graph.Node("sin.first_half", "", "Split", [sin, graph.Integers("half_heads", text.HeadSize / 2, text.HeadSize / 2)],
            ["sin.first_half", "sin.second_half"], [Attribute("axis", -1L)]);
        string minus = graph.Node("sin.minus_first_half", "", "Neg", ["sin.first_half"]);
        sines = PerHead("sin", graph.Node("sin.signed", "", "Concat", [minus, "sin.second_half"], Attribute("axis", -1L)));
        cosines = PerHead("cos", cos);
    }

    protected override string Rotate(string name, string heads)
    {
        string perHead = Graph.Node(name + ".heads", "", "Reshape", [heads, Graph.Integers("heads_of_query_key", -1, Heads, Text.HeadSize)]);
        string first = name + ".first_half", second = name + ".second_half";
        Graph.Node(first, "", "Split", [perHead, Graph.Integers("half_heads", Text.HeadSize / 2, Text.HeadSize / 2)], [first, second], [Attribute("axis", -1L)]);
        string swapped = Graph.Node(name + ".swapped", "", "Concat", [second, first], Attribute("axis", -1L));
        string straight = Graph.Node(name + ".times_cos", "", "Mul", [perHead, cosines]);
        string crossed = Graph.Node(name + ".times_sin", "", "Mul", [swapped, sines]);
        return Graph.Node(name + ".rotated", "", "Add", [straight, crossed]);
    }

    private string PerHead(string name, string value)
    {
        if (Format != DataType.Float)
            value = Graph.Node(name + ".narrowed", "", "Cast", [value], Attribute("to", (long)Format));
        return Graph.Node(name + ".per_head", "", "Reshape", [value, Graph.Integers("row_per_head", -1, 1, Text.HeadSize)]);
    }
}

/// <summary>Plain RoPE of decoded tokens, whose four position axes are equal: angles from a table of all positions.</summary>
internal sealed class TableRotation : HeadRotation
{
    private readonly string cosines;
    private readonly string sines;
    private readonly string positions;

    /// <param name="positions">[sequences], int64.</param>
    public TableRotation(GraphBuilder graph, TextConfiguration text, DataType type, string positions) : base(graph, text, type)
    {
        cosines = graph.Weight("rope.cos", new RopeTable(text, Math.Cos, Format));
        sines = graph.Weight("rope.sin", new RopeTable(text, Math.Sin, Format));
        this.positions = graph.Node("positions.per_sequence", "", "Reshape", [positions, graph.Integers("one_position", -1, 1)]);
    }

    protected override string Rotate(string name, string heads)
    {
        string perSequence = Graph.Node(name + ".one_token", "", "Reshape", [heads, Graph.Integers("one_token", -1, 1, Heads * Text.HeadSize)]);
        return Graph.Node(name + ".rotated", MicrosoftDomain, "RotaryEmbedding", [perSequence, positions, cosines, sines], Attribute("num_heads", Heads));
    }
}
