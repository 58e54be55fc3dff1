using HunyuanOcr.Inference.Checkpoints;
using HunyuanOcr.Inference.Execution.Cuda;

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

    private static IEnumerable<(string FileName, int Sequences)> Graphs(ModelFolder folder) =>
        DecodeRunners.Graphs(folder, folder.Decode!).Select(part => (part.Graph.FileName, part.Sequences));
}
