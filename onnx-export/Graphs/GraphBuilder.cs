using Google.Protobuf;
using Onnx;
using OnnxExport.Weights;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxExport.Graphs;

/// <summary>
/// Puts an ONNX model together node by node. Values are passed as names, as in ONNX itself. Weights stay where they are until
/// <see cref="BuiltGraph"/> is written.
/// </summary>
internal sealed class GraphBuilder(string name)
{
    public const string MicrosoftDomain = "com.microsoft";

    /// <summary>The domain of the operators that HunyuanOcr.Inference implements.</summary>
    public const string HunyuanOcrDomain = "hunyuanocr";

    // Operator set 21 came with format version 10.
    private const long FormatVersion = 10;
    private const long OperatorSet = 21;

    private readonly GraphProto graph = new() { Name = name };
    private readonly Dictionary<string, TensorContent> weights = new(StringComparer.Ordinal);

    public string Input(string input, DataType type, params ReadOnlySpan<Dimension> shape)
    {
        graph.Input.Add(Describe(input, type, shape));
        return input;
    }

    /// <summary>Makes an existing value an output of the graph.</summary>
    public void Output(string value, DataType type, params ReadOnlySpan<Dimension> shape) =>
        graph.Output.Add(Describe(value, type, shape));

    /// <summary>States the shape of a value whose operator ONNX Runtime knows nothing of.</summary>
    public void Shape(string value, DataType type, params ReadOnlySpan<Dimension> shape) =>
        graph.ValueInfo.Add(Describe(value, type, shape));

    /// <summary>A weight; the same name may be asked for again.</summary>
    public string Weight(string weight, TensorContent content)
    {
        weights.TryAdd(weight, content);
        return weight;
    }

    /// <summary>A list of whole numbers, such as a shape.</summary>
    public string Integers(string constant, params ReadOnlySpan<long> values) =>
        Weight(constant, new LiteralTensor(values, values.Length));

    /// <summary>One whole number without dimensions.</summary>
    public string Scalar(string constant, long value) => Weight(constant, new LiteralTensor([value]));

    /// <summary>One 32-bit float without dimensions.</summary>
    public string Number(string constant, float value) => Weight(constant, new LiteralTensor(value));

    /// <summary>Adds a node with one output, named as the node.</summary>
    /// <param name="domain">"" for ONNX's own operators.</param>
    /// <param name="inputs">An empty name leaves an optional input out.</param>
    public string Node(string node, string domain, string operation, IEnumerable<string> inputs, params ReadOnlySpan<AttributeProto> attributes)
    {
        Node(node, domain, operation, inputs, [node], attributes);
        return node;
    }

    /// <summary>Adds a node with named outputs; an empty name leaves an optional output out.</summary>
    public void Node(string node, string domain, string operation, IEnumerable<string> inputs, IEnumerable<string> outputs, ReadOnlySpan<AttributeProto> attributes)
    {
        var proto = new NodeProto { Name = node, Domain = domain, OpType = operation };
        proto.Input.Add(inputs);
        proto.Output.Add(outputs);
        foreach (AttributeProto attribute in attributes)
            proto.Attribute.Add(attribute);
        graph.Node.Add(proto);
    }

    public static AttributeProto Attribute(string attribute, long value) =>
        new() { Name = attribute, Type = AttributeProto.Types.AttributeType.Int, I = value };

    public static AttributeProto Attribute(string attribute, float value) =>
        new() { Name = attribute, Type = AttributeProto.Types.AttributeType.Float, F = value };

    public static AttributeProto Attribute(string attribute, string value) =>
        new() { Name = attribute, Type = AttributeProto.Types.AttributeType.String, S = ByteString.CopyFromUtf8(value) };

    public static AttributeProto Attribute(string attribute, params ReadOnlySpan<long> values)
    {
        var proto = new AttributeProto { Name = attribute, Type = AttributeProto.Types.AttributeType.Ints };
        proto.Ints.AddRange(values.ToArray());
        return proto;
    }

    /// <summary>Finishes the model.</summary>
    /// <param name="fileName">Its name.</param>
    /// <param name="data">Where large weights go; null: a file of its own, FILE.onnx.data.</param>
    public BuiltGraph Build(string fileName, WeightFile? data = null)
    {
        var model = new ModelProto
        {
            IrVersion = FormatVersion,
            ProducerName = "onnx-export",
            ProducerVersion = ExporterVersion.Text,
            Graph = graph,
        };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = OperatorSet });
        foreach (string domain in graph.Node.Select(node => node.Domain).Where(domain => domain.Length > 0).Distinct())
            model.OpsetImport.Add(new OperatorSetIdProto { Domain = domain, Version = 1 });
        return new BuiltGraph(model, fileName, weights, data ?? new WeightFile(fileName + ".data"));
    }

    private static ValueInfoProto Describe(string value, DataType type, ReadOnlySpan<Dimension> dimensions)
    {
        var shape = new TensorShapeProto();
        foreach (Dimension dimension in dimensions)
            shape.Dim.Add(dimension.ToProto());
        return new ValueInfoProto
        {
            Name = value,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = shape } },
        };
    }
}
