using Google.Protobuf;
using Onnx;
using DataType = Onnx.TensorProto.Types.DataType;

namespace HunyuanOcr.Inference.Tests.Execution.Cuda;

/// <summary>
/// A decoder graph for a card in which com.microsoft.PagedAttention, which has no CPU kernel, is replaced by our own attention on the CPU
/// with a rotation by nothing, and the card's own attention of decoded tokens by that with their rotation: so everything around it, and what
/// it is given, can be computed and compared without a card.
/// </summary>
internal static class CpuTwin
{
    /// <summary>Writes the twin beside the graph's weights in another folder.</summary>
    /// <param name="folder">A model folder for a card, in float16.</param>
    /// <param name="file">Such as decode.onnx.</param>
    /// <param name="target">Where it goes.</param>
    public static string Write(string folder, string file, string target)
    {
        Directory.CreateDirectory(target);
        string data = Path.Combine(target, "decoder.onnx.data");
        if (!File.Exists(data))
            File.Copy(Path.Combine(folder, "decoder.onnx.data"), data);
        ModelProto model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(folder, file)));
        GraphProto graph = model.Graph;
        NodeProto[] nodes = [.. graph.Node];
        graph.Node.Clear();
        foreach (NodeProto node in nodes)
        {
            graph.Node.Add(node.OpType switch
            {
                "PagedAttention" => Attention(graph, node, nodes.Single(other => other.Output.Contains(node.Input[0]))),
                "DecodeAttention" or "DecodeAttentionWide" => DecodeAttention(graph, node),
                _ => [node],
            });
        }

        Remove(graph.Input, name => name is "slot_mapping" or "attention_metadata");
        Remove(graph.Output, name => name.Contains("_cache_out.", StringComparison.Ordinal));
        graph.Input.Add(Describe("no_cos"));
        graph.Input.Add(Describe("no_sin"));
        if (model.OpsetImport.All(set => set.Domain != "hunyuanocr"))
            model.OpsetImport.Add(new OperatorSetIdProto { Domain = "hunyuanocr", Version = 1 });
        string path = Path.Combine(target, file);
        File.WriteAllBytes(path, model.ToByteArray());
        return path;
    }

    /// <param name="before">The node that gives the queries: our own leaves the attention no norm weights, and its twin leaves it the norm.</param>
    private static IEnumerable<NodeProto> Attention(GraphProto graph, NodeProto node, NodeProto before)
    {
        string name = node.Output[0];
        AsOnCpu(graph, node.Input[3], node.Input[4]);
        bool ours = before.OpType.StartsWith("SplitRotateNorm", StringComparison.Ordinal);
        foreach (int place in (int[])[0, 1, 2])
            yield return Cast(node.Input[place], $"{name}.wide{place}", DataType.Float);
        yield return Cast(ours ? before.Input[3] : node.Input[12], name + ".wide12", DataType.Float);
        yield return Cast(ours ? before.Input[4] : node.Input[13], name + ".wide13", DataType.Float);
        yield return Concat(name + ".packed", 1, name + ".wide0", name + ".wide1", name + ".wide2");
        yield return OnCpu(node, "qk_norm_epsilon",
            name + ".packed", "no_cos", "no_sin", name + ".wide12", name + ".wide13", node.Input[3], node.Input[4], node.Input[5], node.Input[6], node.Input[7]);
        yield return Cast(name + ".wide", name, DataType.Float16);
    }

    private static IEnumerable<NodeProto> DecodeAttention(GraphProto graph, NodeProto node)
    {
        string name = node.Output[0];
        AsOnCpu(graph, node.Input[5], node.Input[6]);
        yield return Cast(node.Input[0], name + ".packed", DataType.Float);
        yield return Concat(name + ".cos", 1, node.Input[1], node.Input[1]);
        yield return Concat(name + ".sin", 1, node.Input[2], node.Input[2]);
        yield return OnCpu(node, "epsilon",
            name + ".packed", name + ".cos", name + ".sin", node.Input[3], node.Input[4], node.Input[5], node.Input[6], "cumulative_lengths", node.Input[7], node.Input[8]);
        yield return Cast(name + ".wide", name, DataType.Float16);
    }

    private static NodeProto OnCpu(NodeProto node, string epsilon, params string[] inputs)
    {
        var attention = new NodeProto { Name = node.Output[0] + ".on_cpu", Domain = "hunyuanocr", OpType = "PagedAttention" };
        attention.Input.Add(inputs);
        attention.Output.Add(node.Output[0] + ".wide");
        attention.Attribute.Add(node.Attribute.Where(attribute => attribute.Name is "num_heads" or "kv_num_heads" or "scale"));
        attention.Attribute.Add(new AttributeProto(node.Attribute.Single(attribute => attribute.Name == epsilon)) { Name = "qk_norm_epsilon" });
        return attention;
    }

    private static void AsOnCpu(GraphProto graph, params string[] caches)
    {
        foreach (string cache in caches)
            AsOnCpu(graph.Input.Single(input => input.Name == cache));
    }

    // [blocks, block size, heads, d] in 16 bits on a card, [blocks, heads, block size, d] in 32 on a CPU.
    private static void AsOnCpu(ValueInfoProto cache)
    {
        TypeProto.Types.Tensor tensor = cache.Type.TensorType;
        tensor.ElemType = (int)DataType.Float;
        (tensor.Shape.Dim[1], tensor.Shape.Dim[2]) = (tensor.Shape.Dim[2].Clone(), tensor.Shape.Dim[1].Clone());
    }

    private static NodeProto Cast(string from, string to, DataType type)
    {
        var cast = new NodeProto { Name = to + ".cast", OpType = "Cast" };
        cast.Input.Add(from);
        cast.Output.Add(to);
        cast.Attribute.Add(new AttributeProto { Name = "to", Type = AttributeProto.Types.AttributeType.Int, I = (long)type });
        return cast;
    }

    private static NodeProto Concat(string to, long axis, params string[] from)
    {
        var concat = new NodeProto { Name = to, OpType = "Concat" };
        concat.Input.Add(from);
        concat.Output.Add(to);
        concat.Attribute.Add(new AttributeProto { Name = "axis", Type = AttributeProto.Types.AttributeType.Int, I = axis });
        return concat;
    }

    private static ValueInfoProto Describe(string name)
    {
        var shape = new TensorShapeProto();
        shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimParam = "rows_of_angles" });
        shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimParam = "columns_of_angles" });
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)DataType.Float, Shape = shape } } };
    }

    private static void Remove(Google.Protobuf.Collections.RepeatedField<ValueInfoProto> values, Func<string, bool> unwanted)
    {
        ValueInfoProto[] kept = [.. values.Where(value => !unwanted(value.Name))];
        values.Clear();
        values.Add(kept);
    }
}
