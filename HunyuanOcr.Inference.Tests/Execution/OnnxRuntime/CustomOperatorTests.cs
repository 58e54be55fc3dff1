using Google.Protobuf;
using HunyuanOcr.Inference.Execution.OnnxRuntime;
using Onnx;

namespace HunyuanOcr.Inference.Tests.Execution.OnnxRuntime;

public class CustomOperatorTests
{
    private const int Nodes = 12;

    // DecodeAttentionOperator relies on both.
    [Fact]
    public void A_node_may_lack_its_optional_input_and_what_the_next_node_takes_gives_its_memory_back()
    {
        Assert.InRange(PlacesOfParts(taken: true), 1, 3);
        Assert.Equal(Nodes, PlacesOfParts(taken: false));
    }

    /// <summary>How many pieces of memory the second outputs of a chain of nodes had.</summary>
    /// <param name="taken">Whether the next node takes each.</param>
    private static int PlacesOfParts(bool taken)
    {
        var link = new Link();
        using OperatorSession session = new(Chain(taken), link);
        session.Input<float>("value.0", [1, 2, 3], 3);
        session.Output($"value.{Nodes}", 3, 3);

        session.Run();

        Assert.Equal([1, 2, 3], session.Values($"value.{Nodes}").ToArray());
        Assert.Equal(Nodes, link.Parts.Count);
        return link.Parts.Distinct().Count();
    }

    private static byte[] Chain(bool taken)
    {
        var model = new ModelProto { IrVersion = 10, Graph = new GraphProto { Name = "chain" } };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = 21 });
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "hunyuanocr", Version = 1 });
        for (int i = 0; i < Nodes; i++)
        {
            var node = new NodeProto { Name = $"link.{i}", Domain = "hunyuanocr", OpType = "Link" };
            node.Input.Add($"value.{i}");
            if (taken && i > 0)
                node.Input.Add($"parts.{i - 1}");
            node.Output.Add([$"value.{i + 1}", $"parts.{i}"]);
            model.Graph.Node.Add(node);
        }

        model.Graph.Input.Add(Three("value.0"));
        model.Graph.Output.Add(Three($"value.{Nodes}"));
        return model.ToByteArray();
    }

    private static ValueInfoProto Three(string name)
    {
        var shape = new TensorShapeProto();
        shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = 3 });
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)TensorProto.Types.DataType.Float, Shape = shape } } };
    }

    /// <summary>Hands its input on, and takes memory beside it.</summary>
    private sealed unsafe class Link : CustomOperator
    {
        public List<nint> Parts { get; } = [];

        public override string Name => "Link";

        public override IReadOnlyList<OrtElementType> Inputs => [OrtElementType.Float, OrtElementType.Float];

        public override int OptionalInputs => 1;

        public override IReadOnlyList<OrtElementType> Outputs => [OrtElementType.Float, OrtElementType.Float];

        public override CustomKernel CreateKernel(OrtKernelInfo attributes) => new Kernel(Parts);

        private sealed class Kernel(List<nint> parts) : CustomKernel
        {
            public override void Compute(OrtKernelContext context)
            {
                Span<long> shape = stackalloc long[1];
                float* given = (float*)context.Input(0, shape), handedOn = (float*)context.Output(0, shape[0]);
                new Span<float>(given, (int)shape[0]).CopyTo(new Span<float>(handedOn, (int)shape[0]));
                parts.Add((nint)context.Output(1, 1 << 16));
            }
        }
    }
}
