using Onnx;
using OnnxExport.Checkpoints;
using OnnxExport.Configuration;
using OnnxExport.Graphs;
using OnnxExport.Graphs.Cuda;
using OnnxExport.Output;
using OnnxExport.RandomCheckpoint;
using OnnxExport.Weights;

namespace OnnxExport.Tests.Graphs.Cuda;

public class DecoderGraphTests
{
    private const string Caches =
        "key_cache.0:Bfloat16:blocks,block_size,2,16 value_cache.0:Bfloat16:blocks,block_size,2,16 key_cache.1:Bfloat16:blocks,block_size,2,16 value_cache.1:Bfloat16:blocks,block_size,2,16";

    private const string Paging =
        "cumulative_lengths:Int32:sequences_plus_one past_lengths:Int32:sequences block_table:Int32:sequences,blocks_of_a_sequence slot_mapping:Int32:{0} attention_metadata:Int32:3";

    [Fact]
    public void The_graphs_are_sound_whichever_operators_are_our_own()
    {
        foreach (CudaKernels kernels in CudaGraphs.Choices)
        {
            foreach (Precision precision in CudaTarget.Supported)
            {
                using ExportedGraph decoder = CudaGraphs.Decoder(kernels, precision);
                AssertSoundBesideOthers(decoder);
                using ExportedGraph decode = CudaGraphs.Decode("decode", kernels, precision);
                AssertSoundBesideOthers(decode);
            }
        }
        foreach (string role in (string[])["decode_small", "decode_medium"])
        {
            using ExportedGraph decode = CudaGraphs.Decode(role, CudaKernels.Ours);
            AssertSoundBesideOthers(decode);
        }
    }

    [Fact]
    public void Inputs_and_outputs_of_mixed_steps_are_those_of_the_model_folder()
    {
        foreach (CudaKernels kernels in CudaGraphs.Choices)
        {
            using ExportedGraph decoder = CudaGraphs.Decoder(kernels);

            Assert.Equal(Sorted("inputs_embeds:Bfloat16:tokens,40 cos:Float:tokens,16 sin:Float:tokens,16 logits_indices:Int64:logits_rows", Paging.Replace("{0}", "tokens", StringComparison.Ordinal), Caches),
                decoder.Graph.Input.Select(CudaGraphs.Describe).Order(StringComparer.Ordinal));
            Assert.Equal(Sorted("logits:Float:logits_rows,300", Choice("logits_rows"), Caches.Replace("_cache", "_cache_out", StringComparison.Ordinal)),
                decoder.Graph.Output.Select(CudaGraphs.Describe).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void Inputs_and_outputs_of_decode_steps_are_those_of_the_model_folder()
    {
        foreach (CudaKernels kernels in CudaGraphs.Choices)
        {
            using ExportedGraph decode = CudaGraphs.Decode("decode", kernels);

            string[] inputs = ["input_ids:Int64:sequences positions:Int64:sequences", Paging.Replace("{0}", "sequences", StringComparison.Ordinal), Caches];
            string[] outputs = ["logits:Float:sequences,300", Choice("sequences"), Caches.Replace("_cache", "_cache_out", StringComparison.Ordinal)];
            Assert.Equal(Sorted(inputs), decode.Graph.Input.Select(CudaGraphs.Describe).Order(StringComparer.Ordinal));
            Assert.Equal(Sorted(outputs), decode.Graph.Output.Select(CudaGraphs.Describe).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void Paged_attention_gets_what_the_operator_defines_in_that_order()
    {
        using ExportedGraph decoder = CudaGraphs.Decoder(CudaKernels.None);
        NodeProto node = decoder.Nodes("PagedAttention").Last();

        Assert.Equal("com.microsoft", node.Domain);
        Assert.Equal(
            [
                "layers.1.self_attn.query", "layers.1.self_attn.key", "layers.1.self_attn.value", "key_cache.1", "value_cache.1",
                "cumulative_lengths", "past_lengths", "block_table", "", "", "slot_mapping", "",
                "layers.1.self_attn.query_layernorm.weight", "layers.1.self_attn.key_layernorm.weight", "", "", "attention_metadata",
            ], node.Input);
        Assert.Equal(["layers.1.self_attn", "key_cache_out.1", "value_cache_out.1"], node.Output);
        Assert.Equal((4L, 2L, 0L), (ExportedGraph.Attribute(node, "num_heads").I, ExportedGraph.Attribute(node, "kv_num_heads").I, ExportedGraph.Attribute(node, "do_rotary").I));
        Assert.Equal((0.25f, 1e-5f), (ExportedGraph.Attribute(node, "scale").F, ExportedGraph.Attribute(node, "qk_norm_epsilon").F));
    }

    [Fact]
    public void Heads_that_our_kernel_has_normed_are_not_normed_again()
    {
        using ExportedGraph decoder = CudaGraphs.Decoder(CudaKernels.Rotation);

        Assert.All(decoder.Nodes("PagedAttention"), node => Assert.Equal(["", ""], [node.Input[12], node.Input[13]]));
        Assert.All(decoder.Nodes("SplitRotateNorm"), node => Assert.Equal(1e-5f, ExportedGraph.Attribute(node, "epsilon").F));
        Assert.Equal(2, decoder.Nodes("SplitRotateNorm").Count());
    }

    [Theory]
    [InlineData("decode", "DecodeAttention")]
    [InlineData("decode_medium", "DecodeAttentionWide")]
    [InlineData("decode_small", "DecodeAttentionWide")]
    public void Attention_of_decoded_tokens_is_one_node_that_rotates_norms_and_stores(string role, string operation)
    {
        using ExportedGraph decode = CudaGraphs.Decode(role, CudaKernels.Ours);
        NodeProto node = decode.Nodes(operation).Last();

        Assert.Equal((2, "hunyuanocr"), (decode.Nodes(operation).Count(), node.Domain));
        Assert.Equal(
            [
                "layers.1.self_attn.qkv_proj", "cos", "sin", "layers.1.self_attn.query_layernorm.weight", "layers.1.self_attn.key_layernorm.weight",
                "key_cache.1", "value_cache.1", "past_lengths", "block_table", "slot_mapping", "layers.0.self_attn.parts",
            ], node.Input);
        Assert.Equal("slot_mapping", decode.Nodes(operation).First().Input.Last());
        Assert.Equal(["layers.1.self_attn", "key_cache_out.1", "value_cache_out.1", "layers.1.self_attn.parts"], node.Output);
        Assert.Equal((4L, 2L), (ExportedGraph.Attribute(node, "num_heads").I, ExportedGraph.Attribute(node, "kv_num_heads").I));
        Assert.Equal((0.25f, 1e-5f), (ExportedGraph.Attribute(node, "scale").F, ExportedGraph.Attribute(node, "epsilon").F));
        Assert.DoesNotContain(decode.Graph.Node, other => other.OpType is "PagedAttention" or "SplitRotateNorm" or "SplitRotateNormWide");
    }

    [Fact]
    public void Prompts_keep_the_attention_made_for_them_and_many_sequences_do_unless_ours_is_asked_for()
    {
        using ExportedGraph prompts = CudaGraphs.Decoder(CudaKernels.Ours);
        using ExportedGraph many = CudaGraphs.Decode("decode", CudaKernels.Ours & ~CudaKernels.AttentionOfMany);

        Assert.All((ExportedGraph[])[prompts, many], graph => Assert.Equal((2, 2), (graph.Nodes("PagedAttention").Count(), graph.Nodes("SplitRotateNorm").Count())));
    }

    [Fact]
    public void The_graphs_share_one_file_in_which_a_name_means_one_place()
    {
        using var folder = new TemporaryFolder();
        using Checkpoint checkpoint = Wordy(folder, tied: true, out ModelConfiguration model);
        GraphSet graphs = new CudaTarget(CudaKernels.Ours).Build(checkpoint, model, Precision.Bf16, Precision.Fp16);
        using (PartialFolder partial = PartialFolder.Create(folder["model"], new WorkingMemory(1 << 20), SmallModel.Quiet, CancellationToken.None))
        {
            graphs.WriteTo(partial);
            partial.Publish();
        }
        ModelProto[] read = [.. ((string[])["decoder.onnx", "decode.onnx", "decode_medium.onnx", "decode_small.onnx"]).Select(name => ModelProto.Parser.ParseFrom(File.ReadAllBytes(Path.Combine(folder["model"], name))))];
        Dictionary<string, string>[] places = [.. read.Select(graph => CudaGraphs.Places(graph.Graph))];

        Assert.All(places, place => Assert.Contains("embed_tokens.weight", place.Keys));
        Assert.Single(places.SelectMany(place => place).Where(place => place.Key == "embed_tokens.weight").Select(place => place.Value).Distinct());
        Assert.All(places.SelectMany(place => place.Values), place => Assert.Contains("decoder.onnx.data", place, StringComparison.Ordinal));
        Assert.Equal(graphs.Decoder.Data.Bytes, new FileInfo(Path.Combine(folder["model"], "decoder.onnx.data")).Length);
        Assert.Equal(["decode.onnx", "decode_medium.onnx", "decode_small.onnx", "decoder.onnx", "decoder.onnx.data", "vision.onnx", "vision.onnx.data"],
            Directory.GetFiles(folder["model"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_rotation_is_in_32_bits_where_the_model_is_in_bfloat16()
    {
        using ExportedGraph bf16 = CudaGraphs.Decode("decode", CudaKernels.None);
        using ExportedGraph fp16 = CudaGraphs.Decode("decode", CudaKernels.None, Precision.Fp16);

        Assert.Equal(TensorProto.Types.DataType.Float, Format(bf16, "rope.cos"));
        Assert.Equal(TensorProto.Types.DataType.Float16, Format(fp16, "rope.cos"));
        Assert.Equal(2 * 2, bf16.Nodes("Cast").Count(node => node.Name.StartsWith("layers.", StringComparison.Ordinal)));
        Assert.DoesNotContain(fp16.Nodes("Cast"), node => node.Name.StartsWith("layers.", StringComparison.Ordinal));
    }

    [Fact]
    public void A_few_rows_take_four_products_a_layer_and_one_for_the_logits()
    {
        using ExportedGraph small = CudaGraphs.Decode("decode_small", CudaKernels.Ours);

        Assert.Empty(small.Nodes("Gemm"));
        Assert.Equal((2 + 1, 2, 4), (small.Nodes("NormLinear").Count(), small.Nodes("NormSwiGlu").Count(), small.Nodes("AddLinear").Count()));
    }

    [Fact]
    public void Some_rows_take_four_products_and_two_norms_a_layer_and_the_residual_stream_is_in_32_bits_for_many_as_well()
    {
        using ExportedGraph medium = CudaGraphs.Decode("decode_medium", CudaKernels.Ours);
        using ExportedGraph many = CudaGraphs.Decode("decode", CudaKernels.Ours);
        using ExportedGraph prompts = CudaGraphs.Decoder(CudaKernels.Ours);

        Assert.Empty(medium.Nodes("Gemm"));
        Assert.Equal((2 + 1, 4, 2, 1, 4), (medium.Nodes("Product").Count(), medium.Nodes("ProductParts").Count(), medium.Nodes("ProductSwiGlu").Count(), medium.Nodes("FirstNorm").Count(), medium.Nodes("AddPartsNorm").Count()));
        Assert.All((ExportedGraph[])[many, prompts], graph =>
        {
            Assert.Equal((1, 4, 8, 1), (graph.Nodes("FirstNorm").Count(), graph.Nodes("AddNorm").Count(), graph.Nodes("Gemm").Count(), graph.Nodes("Product").Count()));
            Assert.Empty(graph.Nodes("SkipSimplifiedLayerNormalization"));
        });
    }

    [Fact]
    public void A_head_of_its_own_is_stored_beside_the_embedding_table()
    {
        using var folder = new TemporaryFolder();
        using Checkpoint checkpoint = Wordy(folder, tied: false, out ModelConfiguration model);

        GraphSet own = new CudaTarget(CudaKernels.None).Build(checkpoint, model, Precision.Bf16, Precision.Fp16);
        GraphSet tied = new CudaTarget(CudaKernels.None).Build(checkpoint, model with { TiedHead = true }, Precision.Bf16, Precision.Fp16);

        Assert.InRange(own.TotalBytes - tied.TotalBytes, 3000 * 40 * 2 - 4096, 3000 * 40 * 2 + 8192);
    }

    /// <summary>The small model with so large a vocabulary that its tables lie outside the model files.</summary>
    private static Checkpoint Wordy(TemporaryFolder folder, bool tied, out ModelConfiguration model)
    {
        model = SmallModel.Changed(json => json["text_config"]!["vocab_size"] = 3000) with { TiedHead = tied };
        RandomCheckpointWriter.Write(folder["checkpoint"], model, ConfigurationLayout.Nested, 1, 7, SmallModel.Quiet, CancellationToken.None);
        return Checkpoint.Open(folder["checkpoint"]);
    }

    private static TensorProto.Types.DataType Format(ExportedGraph graph, string weight) =>
        (TensorProto.Types.DataType)graph.Graph.Initializer.Single(tensor => tensor.Name == weight).DataType;

    private static string Choice(string rows) => $"token_ids:Int64:{rows} token_logprobs:Float:{rows} top_ids:Int32:{rows},5 top_logprobs:Float:{rows},5";

    private static IEnumerable<string> Sorted(params string[] values) => values.SelectMany(value => value.Split(' ')).Order(StringComparer.Ordinal);

    // The file holds weights of other graphs too.
    private static void AssertSoundBesideOthers(ExportedGraph graph) => graph.AssertSound(ownsData: false);
}
