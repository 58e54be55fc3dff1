using HunyuanOcr.Inference.Checkpoints;
using HunyuanOcr.Inference.Execution;
using HunyuanOcr.Inference.Execution.Cuda;
using HunyuanOcr.Inference.Execution.Cuda.Operators;
using HunyuanOcr.Inference.Tests.Engine;

namespace HunyuanOcr.Inference.Tests.Execution.Cuda;

public class DecodeRunnersTests
{
    [Fact]
    public void A_model_with_our_kernels_has_graphs_for_one_for_32_and_for_any_number_of_sequences()
    {
        ModelFolder folder = ModelFolder.Open(ExportedDemoModel.Folder("fp16", "ours"), "cuda");

        Assert.Equal([("decode_small.onnx", 1), ("decode_medium.onnx", 32), ("decode.onnx", DecodeBuckets.MostSequences)], Graphs(folder));
        Assert.Equal([("decode_small.onnx", 4), ("decode.onnx", DecodeBuckets.MostSequences)], Graphs(folder with { DecodeMedium = null }));
    }

    [Fact]
    public void A_model_with_ONNX_Runtime_s_operators_has_one_graph_for_all_steps() =>
        Assert.Equal([("decode.onnx", DecodeBuckets.MostSequences)], Graphs(ModelFolder.Open(ExportedDemoModel.Folder("fp16"), "cuda")));

    [Theory]
    [InlineData("rotation,swiglu", 64, 0)]
    [InlineData("products,attention", 64, 32)]
    [InlineData("products,attention", 8, 8)]
    [InlineData("products,attention,attentionofmany", 64, 96)]
    [InlineData("products,attention,attentionofmany", 1000, 128 + 32)]
    public void Room_for_the_parts_of_sequences_is_that_of_the_rows_which_attention_of_ours_may_get(string kernels, int sequences, int rows)
    {
        ModelShape shape = new FakeModelRunner().Shape with { Heads = 16, HeadSize = 128 };

        Assert.Equal(6 * DecodeAttentionOperator.BytesOfParts(rows, 16, 8_192, 128), DecodeRunners.BytesOfParts(kernels.Split(','), shape, sequences, 8_192));
    }

    private static IEnumerable<(string FileName, int Sequences)> Graphs(ModelFolder folder) =>
        DecodeRunners.Graphs(folder, folder.Decode!).Select(part => (part.Graph.FileName, part.Sequences));
}
