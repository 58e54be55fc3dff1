using OnnxExport.Checkpoints;
using OnnxExport.Configuration;
using static OnnxExport.Graphs.GraphBuilder;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxExport.Graphs.Cuda;

/// <summary>
/// The decoder for a step in which every sequence takes one token: ids in, chosen ids out, in the same number format, so that a step's
/// result is the next one's input without leaving the card. Nothing in it depends on values on the host but attention_metadata: it can
/// be captured as a CUDA graph.
/// </summary>
internal static class DecodeGraph
{
    /// <param name="type">Number format: float16 or bfloat16.</param>
    /// <param name="kernels">Which operators are our own.</param>
    /// <param name="layers">Whose products its layers take: Matvec for a few rows, Products for some, None (Gemm) for many.</param>
    /// <param name="fileName">Of the graph.</param>
    /// <param name="data">Where the weights go.</param>
    /// <exception cref="CheckpointException">A weight is missing or of a wrong shape.</exception>
    public static BuiltGraph Build(Checkpoint checkpoint, ModelConfiguration model, DataType type, CudaKernels kernels, CudaKernels layers, string fileName, WeightFile data)
    {
        var graph = new GraphBuilder(Path.GetFileNameWithoutExtension(fileName));
        var weights = new ModelWeights(checkpoint, WeightNames.Text, type);
        string ids = graph.Input("input_ids", DataType.Int64, "sequences");
        string positions = graph.Input("positions", DataType.Int64, "sequences");
        bool ownAttention = kernels.HasFlag(layers == CudaKernels.None ? CudaKernels.Attention | CudaKernels.AttentionOfMany : CudaKernels.Attention);
        RotatedHeads heads = RotatedHeads.Table(graph, weights, model.Text, type, kernels, ownAttention, positions);
        string embeddings = graph.Node("inputs_embeds", "", "Gather", [DecoderWeights.Embedding(graph, weights, model.Text, type), ids], Attribute("axis", 0L));
        string head = DecoderWeights.Head(graph, checkpoint, weights, model, type);
        string logits = layers switch
        {
            CudaKernels.Matvec => new MatvecLayers(graph, weights, model.Text, type, heads).Build(embeddings, head),
            CudaKernels.Products => new ProductLayers(graph, weights, model.Text, type, heads).Build(embeddings, head),
            _ => OutputHead.Apply(graph, model.Text, kernels, new DecoderLayers(graph, weights, model.Text, type, kernels, heads).Build(embeddings), head, "sequences"),
        };
        graph.Output(logits, DataType.Float, "sequences", model.Text.VocabularySize);
        TokenChoice.Add(graph, model.Text, kernels, logits, "sequences");
        return graph.Build(fileName, data);
    }
}
