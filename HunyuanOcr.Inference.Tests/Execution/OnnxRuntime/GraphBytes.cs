using System.Text;

namespace HunyuanOcr.Inference.Tests.Execution.OnnxRuntime;

/// <summary>The bytes of an ONNX graph with one node, written field by field (onnx.proto), so that operators are tested through ONNX Runtime itself.</summary>
internal static class GraphBytes
{
    public sealed record Port(string Name, int Type, params string[] Shape);

    /// <summary>Attributes are long or float.</summary>
    public static byte[] OneNode(string operation, string domain, Port[] inputs, Port[] outputs, params (string Name, object Value)[] attributes)
    {
        using MemoryStream node = new();
        foreach (Port port in inputs)
            Text(node, 1, port.Name);
        foreach (Port port in outputs)
            Text(node, 2, port.Name);
        Text(node, 3, "node");
        Text(node, 4, operation);
        foreach ((string name, object value) in attributes)
            Message(node, 5, Attribute(name, value));
        Text(node, 7, domain);

        using MemoryStream graph = new();
        Message(graph, 1, node);
        Text(graph, 2, "graph");
        foreach (Port port in inputs)
            Message(graph, 11, ValueInfo(port));
        foreach (Port port in outputs)
            Message(graph, 12, ValueInfo(port));

        using MemoryStream model = new();
        Integer(model, 1, 10);
        Message(model, 7, graph);
        Message(model, 8, Opset(string.Empty, 21));
        Message(model, 8, Opset("com.microsoft", 1));
        Message(model, 8, Opset("hunyuanocr", 1));
        return model.ToArray();
    }

    private static MemoryStream Attribute(string name, object value)
    {
        MemoryStream attribute = new();
        Text(attribute, 1, name);
        if (value is float number)
        {
            Tag(attribute, 2, 5);
            attribute.Write(BitConverter.GetBytes(number));
            Integer(attribute, 20, 1);
        }
        else
        {
            Integer(attribute, 3, Convert.ToInt64(value, null));
            Integer(attribute, 20, 2);
        }

        return attribute;
    }

    private static MemoryStream Opset(string domain, long version)
    {
        MemoryStream opset = new();
        Text(opset, 1, domain);
        Integer(opset, 2, version);
        return opset;
    }

    private static MemoryStream ValueInfo(Port port)
    {
        using MemoryStream shape = new();
        foreach (string name in port.Shape)
        {
            using MemoryStream dimension = new();
            Text(dimension, 2, name);
            Message(shape, 1, dimension);
        }

        using MemoryStream tensor = new();
        Integer(tensor, 1, port.Type);
        Message(tensor, 2, shape);
        using MemoryStream type = new();
        Message(type, 1, tensor);
        MemoryStream info = new();
        Text(info, 1, port.Name);
        Message(info, 2, type);
        return info;
    }

    private static void Message(MemoryStream to, int field, MemoryStream message)
    {
        Tag(to, field, 2);
        Varint(to, (ulong)message.Length);
        message.WriteTo(to);
    }

    private static void Text(MemoryStream to, int field, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        Tag(to, field, 2);
        Varint(to, (ulong)bytes.Length);
        to.Write(bytes);
    }

    private static void Integer(MemoryStream to, int field, long value)
    {
        Tag(to, field, 0);
        Varint(to, (ulong)value);
    }

    private static void Tag(MemoryStream to, int field, int wire) => Varint(to, (ulong)((field << 3) | wire));

    private static void Varint(MemoryStream to, ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            to.WriteByte((byte)(value | 0x80));
        to.WriteByte((byte)value);
    }
}
