using Onnx;
using OnnxExport.Checkpoints;
using OnnxExport.Configuration;
using OnnxExport.Graphs.Cpu;

namespace OnnxExport.Tests.Graphs.Cpu;

public class DecoderGraphTests
{
    private static readonly string[] SizeAttributes = ["K", "N", "bits", "block_size", "accuracy_level"];

    [Fact]
    public void The_graph_is_sound_in_both_precisions()
    {
        foreach (MatrixProduct product in (MatrixProduct[])[MatrixProduct.Float32, MatrixProduct.BlockInt8])
        {
            using ExportedGraph decoder = Export(product);
            decoder.AssertSound();
        }
    }

    [Fact]
    public void Inputs_and_outputs_are_those_of_the_model_folder()
    {
        using ExportedGraph decoder = Export(MatrixProduct.Float32);

        Assert.Equal(
            [
                "inputs_embeds:Float:tokens,40", "cos:Float:tokens,16", "sin:Float:tokens,16", "logits_indices:Int64:logits_rows",
                "cumulative_lengths:Int32:sequences_plus_one", "past_lengths:Int32:sequences", "block_table:Int32:sequences,blocks_of_a_sequence",
                "key_cache.0:Float:blocks,2,block_size,16", "value_cache.0:Float:blocks,2,block_size,16",
                "key_cache.1:Float:blocks,2,block_size,16", "value_cache.1:Float:blocks,2,block_size,16",
            ],
            decoder.Graph.Input.Select(input => $"{input.Name}:{(TensorProto.Types.DataType)input.Type.TensorType.ElemType}:{ExportedGraph.Shape(input)}"));
        Assert.Equal(["logits:logits_rows,300"], decoder.Graph.Output.Select(output => $"{output.Name}:{ExportedGraph.Shape(output)}"));
        Assert.Equal([":21", "com.microsoft:1", "hunyuanocr:1"], decoder.Model.OpsetImport.Select(opset => $"{opset.Domain}:{opset.Version}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Paged_attention_gets_what_its_kernel_expects_in_that_order()
    {
        using ExportedGraph decoder = Export(MatrixProduct.Float32);
        NodeProto node = decoder.Nodes("PagedAttention").Last();

        Assert.Equal("hunyuanocr", node.Domain);
        Assert.Equal(
            [
                "layers.1.self_attn.qkv_proj", "cos", "sin", "layers.1.self_attn.query_layernorm.weight", "layers.1.self_attn.key_layernorm.weight",
                "key_cache.1", "value_cache.1", "cumulative_lengths", "past_lengths", "block_table",
            ], node.Input);
        Assert.Equal((4L, 2L), (ExportedGraph.Attribute(node, "num_heads").I, ExportedGraph.Attribute(node, "kv_num_heads").I));
        Assert.Equal((0.25f, 1e-5f), (ExportedGraph.Attribute(node, "scale").F, ExportedGraph.Attribute(node, "qk_norm_epsilon").F));
    }

    [Fact]
    public void After_the_last_attention_only_wanted_rows_go_on()
    {
        using ExportedGraph decoder = Export(MatrixProduct.Float32);

        Assert.Equal(["wanted_attention", "wanted_residual"], decoder.Nodes("Gather").Select(node => node.Name));
        Assert.Equal("wanted_attention", decoder.Graph.Node.Single(node => node.Name == "layers.1.self_attn.o_proj").Input[0]);
        Assert.All(decoder.Nodes("Gather"), node => Assert.Equal("logits_indices", node.Input[1]));
    }

    [Fact]
    public void Eight_bit_matrices_state_their_sizes_blocks_and_accuracy_level()
    {
        using ExportedGraph decoder = Export(MatrixProduct.BlockInt8);
        NodeProto down = decoder.Nodes("MatMulNBits").Single(node => node.Name == "layers.0.mlp.down_proj");

        Assert.Equal(2 * 4 + 1, decoder.Nodes("MatMulNBits").Count());
        Assert.Empty(decoder.Nodes("MatMul"));
        Assert.Equal([136L, 40, 8, 128, 4], SizeAttributes.Select(name => ExportedGraph.Attribute(down, name).I));
        Assert.Equal([40L, 2, 128], decoder.Graph.Initializer.Single(tensor => tensor.Name == down.Input[1]).Dims);
        Assert.Equal([80L], decoder.Graph.Initializer.Single(tensor => tensor.Name == down.Input[2]).Dims);
    }

    [Fact]
    public void A_tied_head_is_the_embedding_table_even_where_a_head_is_stored()
    {
        using var folder = new TemporaryFolder();
        using Checkpoint checkpoint = Checkpoint.Open(SmallModel.Checkpoint(folder["checkpoint"]));
        ModelConfiguration tied = SmallModel.Configuration with { TiedHead = true, Text = SmallModel.Configuration.Text with { VocabularySize = 301 } };

        var fault = Assert.Throws<CheckpointException>(() => DecoderGraph.Build(checkpoint, tied, MatrixProduct.Float32));

        Assert.Equal("model.safetensors: tensor model.language_model.embed_tokens.weight has shape [300, 40], config.json asks for [301, 40].", fault.Message);
    }

    [Fact]
    public void A_head_of_its_own_must_be_there()
    {
        using var folder = new TemporaryFolder();
        OnnxExport.RandomCheckpoint.RandomCheckpointWriter.Write(folder["checkpoint"], SmallModel.Configuration with { TiedHead = true },
            OnnxExport.RandomCheckpoint.ConfigurationLayout.Nested, 1, 7, SmallModel.Quiet, CancellationToken.None);
        using Checkpoint checkpoint = Checkpoint.Open(folder["checkpoint"]);

        var fault = Assert.Throws<CheckpointException>(() => DecoderGraph.Build(checkpoint, SmallModel.Configuration, MatrixProduct.Float32));

        Assert.StartsWith("The checkpoint has no tensor lm_head.weight", fault.Message, StringComparison.Ordinal);
    }

    private static ExportedGraph Export(MatrixProduct product) =>
        new(checkpoint => DecoderGraph.Build(checkpoint, SmallModel.Configuration, product));
}
