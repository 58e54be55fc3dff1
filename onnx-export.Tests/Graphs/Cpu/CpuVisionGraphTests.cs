using Onnx;
using OnnxExport.Graphs.Cpu;

namespace OnnxExport.Tests.Graphs.Cpu;

public class CpuVisionGraphTests
{
    [Fact]
    public void The_graph_is_sound_in_both_precisions()
    {
        foreach (MatrixProduct product in (MatrixProduct[])[MatrixProduct.Float32, MatrixProduct.DynamicInt8])
        {
            using ExportedGraph vision = Export(product);
            vision.AssertSound();
        }
    }

    [Fact]
    public void Inputs_and_outputs_are_those_of_the_model_folder()
    {
        using ExportedGraph vision = Export(MatrixProduct.Float32);

        Assert.Equal(["patches:patches,768", "grid:2"], vision.Graph.Input.Select(input => $"{input.Name}:{ExportedGraph.Shape(input)}"));
        Assert.Equal(["image_embeds:vectors,40"], vision.Graph.Output.Select(output => $"{output.Name}:{ExportedGraph.Shape(output)}"));
        Assert.Equal([":21", "com.microsoft:1"], vision.Model.OpsetImport.Select(opset => $"{opset.Domain}:{opset.Version}").Order(StringComparer.Ordinal));
        Assert.Equal(10, vision.Model.IrVersion);
    }

    [Fact]
    public void Positions_are_resized_bilinearly_between_pixel_centres_without_the_first_row()
    {
        using ExportedGraph vision = Export(MatrixProduct.Float32);
        NodeProto resize = vision.Nodes("Resize").Single();

        Assert.Equal("linear", ExportedGraph.Attribute(resize, "mode").S.ToStringUtf8());
        Assert.Equal("half_pixel", ExportedGraph.Attribute(resize, "coordinate_transformation_mode").S.ToStringUtf8());
        Assert.Equal(0, ExportedGraph.Attribute(resize, "antialias").I);
        Assert.Equal([1L, 8, 8, 24], vision.Graph.Initializer.Single(tensor => tensor.Name == resize.Input[0]).Dims);
    }

    [Fact]
    public void Attention_takes_queries_keys_and_values_with_the_scale_of_the_head_size()
    {
        using ExportedGraph vision = Export(MatrixProduct.Float32);

        Assert.Equal(2, vision.Nodes("MultiHeadAttention").Count());
        Assert.All(vision.Nodes("MultiHeadAttention"), node =>
        {
            Assert.Equal(3, node.Input.Count);
            Assert.Equal(2, ExportedGraph.Attribute(node, "num_heads").I);
            Assert.Equal(1 / MathF.Sqrt(12), ExportedGraph.Attribute(node, "scale").F);
        });
    }

    [Fact]
    public void Eight_bits_reach_the_layers_but_neither_patch_embedding_nor_merger()
    {
        using ExportedGraph vision = Export(MatrixProduct.DynamicInt8);

        Assert.Equal(2 * 6, vision.Nodes("DynamicQuantizeMatMul").Count());
        Assert.All(vision.Nodes("DynamicQuantizeMatMul"), node => Assert.StartsWith("layers.", node.Name, StringComparison.Ordinal));
        Assert.Equal(["patch_embedding", "proj_conv"], vision.Nodes("MatMul").Select(node => node.Name));
        Assert.Equal(["proj_out", "to_text"], vision.Nodes("Gemm").Select(node => node.Name));
    }

    private static ExportedGraph Export(MatrixProduct product) =>
        new(checkpoint => CpuVisionGraph.Build(checkpoint, SmallModel.Configuration, product));
}
