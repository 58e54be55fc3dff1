using OnnxExport.Checkpoints;
using OnnxExport.Configuration;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxExport.Graphs.Cuda;

/// <summary>The decoder over the packed tokens of all sequences of a step, prompts and decoded tokens mixed.</summary>
internal static class DecoderGraph
{
    public const string FileName = "decoder.onnx";

    /// <param name="type">Number format: float16 or bfloat16.</param>
    /// <param name="kernels">Which operators are our own.</param>
    /// <param name="data">Where the weights go.</param>
    /// <exception cref="CheckpointException">A weight is missing or of a wrong shape.</exception>
    public static BuiltGraph Build(Checkpoint checkpoint, ModelConfiguration model, DataType type, CudaKernels kernels, WeightFile data)
    {
        var graph = new GraphBuilder("decoder");
        var weights = new ModelWeights(checkpoint, WeightNames.Text, type);
        string embeddings = graph.Input("inputs_embeds", type, "tokens", model.Text.HiddenSize);
        RotatedHeads heads = RotatedHeads.Given(graph, weights, model.Text, type, kernels);
        string wanted = graph.Input("logits_indices", DataType.Int64, DecoderLayers.WantedRows);
        string normed = new DecoderLayers(graph, weights, model.Text, type, kernels, heads).Build(embeddings, wanted);
        string logits = OutputHead.Apply(graph, model.Text, kernels, normed, DecoderWeights.Head(graph, checkpoint, weights, model, type), DecoderLayers.WantedRows);
        graph.Output(logits, DataType.Float, DecoderLayers.WantedRows, model.Text.VocabularySize);
        TokenChoice.Add(graph, model.Text, kernels, logits, DecoderLayers.WantedRows);
        return graph.Build(FileName, data);
    }
}
