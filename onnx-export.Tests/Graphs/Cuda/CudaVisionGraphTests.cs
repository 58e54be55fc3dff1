using Onnx;
using OnnxExport.Configuration;
using OnnxExport.Graphs;
using OnnxExport.Graphs.Cuda;

namespace OnnxExport.Tests.Graphs.Cuda;

public class CudaVisionGraphTests
{
    [Theory]
    [InlineData(Precision.Fp16, "Float16", "image_embeds")]
    [InlineData(Precision.Bf16, "Bfloat16", "positions_widened")]
    internal void The_tower_is_in_its_own_format_and_the_vectors_in_the_decoder_s(Precision vision, string format, string cast)
    {
        using ExportedGraph graph = CudaGraphs.Vision(vision);

        graph.AssertSound();
        Assert.Equal(["patches:Float:patches,768", "grid:Int64:2"], graph.Graph.Input.Select(CudaGraphs.Describe));
        Assert.Equal(["image_embeds:Bfloat16:vectors,40"], graph.Graph.Output.Select(CudaGraphs.Describe));
        TensorProto matrix = graph.Graph.Initializer.Single(tensor => tensor.Name == "layers.0.q_proj.weight");
        Assert.Equal(format, $"{(TensorProto.Types.DataType)matrix.DataType}");
        Assert.Equal(["patches_narrowed", cast], graph.Nodes("Cast").Select(node => node.Name));
        Assert.DoesNotContain(graph.Model.OpsetImport, opset => opset.Domain == "hunyuanocr");
    }

    [Theory]
    [InlineData(Precision.Fp16, "Float16")]
    [InlineData(Precision.Bf16, "Bfloat16")]
    internal void Our_operators_keep_the_residual_stream_in_32_bits_from_the_positions_to_the_merger(Precision vision, string format)
    {
        using ExportedGraph graph = CudaGraphs.Vision(vision, CudaKernels.Tower);
        ValueInfoProto Value(string name) => graph.Graph.ValueInfo.Single(value => value.Name == name);

        graph.AssertSound();
        Assert.Equal(["layers.0.layer_norm1"], graph.Nodes("FirstLayerNorm").Select(node => node.Name));
        Assert.Equal(["layers.0.layer_norm2", "layers.1.layer_norm1", "layers.1.layer_norm2"], graph.Nodes("AddLayerNorm").Select(node => node.Name));
        Assert.Equal(["layers.1.layer_norm2.residual", "layers.1.fc2", "layers.1.fc2.bias", "before_rms.weight"], graph.Nodes("AddBiasRmsNorm").Single().Input);
        Assert.Equal(["layers.0.gelu", "layers.1.gelu", "merge_gelu"], graph.Nodes("BiasGelu").Select(node => node.Name));
        Assert.All(graph.Nodes("BiasGelu"), node => Assert.Equal("hunyuanocr", node.Domain));
        Assert.DoesNotContain(graph.Graph.Node, node => node.OpType is "SkipLayerNormalization" or "SkipSimplifiedLayerNormalization");
        Assert.Equal("layers.0.layer_norm1.residual:Float:patches,24", CudaGraphs.Describe(Value("layers.0.layer_norm1.residual")));
        Assert.Equal($"layers.0.layer_norm1:{format}:patches,24", CudaGraphs.Describe(Value("layers.0.layer_norm1")));
    }

    [Theory]
    [InlineData("hidden_size", 26)]
    [InlineData("intermediate_size", 70)]
    public void A_tower_of_a_size_that_our_operators_do_not_take_keeps_those_of_ONNX_Runtime(string name, int size)
    {
        ModelConfiguration model = SmallModel.Changed(json => json["vision_config"]![name] = size);
        using ExportedGraph graph = new(checkpoint => new CudaTarget(CudaKernels.Ours).Build(checkpoint, model, Precision.Fp16, Precision.Fp16).Vision, model);

        graph.AssertSound();
        Assert.DoesNotContain(graph.Graph.Node, node => node.Domain == "hunyuanocr");
        Assert.Equal(4, graph.Nodes("SkipLayerNormalization").Count());
    }

    [Fact]
    public void Positions_are_resized_in_float16_along_the_last_two_dimensions()
    {
        using ExportedGraph vision = CudaGraphs.Vision(Precision.Bf16);
        NodeProto resize = vision.Nodes("Resize").Single();
        TensorProto table = vision.Graph.Initializer.Single(tensor => tensor.Name == resize.Input[0]);

        Assert.Equal([1L, 24, 8, 8], table.Dims);
        Assert.Equal(TensorProto.Types.DataType.Float16, (TensorProto.Types.DataType)table.DataType);
        Assert.Equal("linear", ExportedGraph.Attribute(resize, "mode").S.ToStringUtf8());
        Assert.Equal("half_pixel", ExportedGraph.Attribute(resize, "coordinate_transformation_mode").S.ToStringUtf8());
    }

    [Fact]
    public void Only_the_queries_have_a_bias_of_their_own_in_attention()
    {
        using ExportedGraph vision = CudaGraphs.Vision(Precision.Fp16);

        Assert.Equal(["layers.0.q_biased", "layers.1.q_biased"], vision.Nodes("Add").Select(node => node.Name));
        Assert.DoesNotContain(vision.Graph.Initializer, tensor => tensor.Name.EndsWith("k_proj.bias", StringComparison.Ordinal));
        Assert.DoesNotContain(vision.Graph.Initializer, tensor => tensor.Name.EndsWith("v_proj.bias", StringComparison.Ordinal));
        Assert.All(vision.Nodes("Gemm"), node => Assert.Equal(1, ExportedGraph.Attribute(node, "transB").I));
    }
}
