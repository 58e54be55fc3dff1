using OnnxExport.Configuration;
using static OnnxExport.Graphs.GraphBuilder;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxExport.Graphs.Cuda;

/// <summary>
/// The likeliest token of every row of logits, its log-probability and the likeliest five, chosen on the card so that a few bytes leave
/// it.
/// </summary>
internal static class TokenChoice
{
    private const int MostAlternatives = 5;

    /// <param name="logits">[rows, vocabulary], 32-bit floats.</param>
    /// <param name="rows">Name of the first dimension.</param>
    public static void Add(GraphBuilder graph, TextConfiguration text, CudaKernels kernels, string logits, string rows)
    {
        if (kernels.HasFlag(CudaKernels.Choice))
            Fused(graph, logits);
        else
            Operators(graph, text, logits);
        graph.Output("token_ids", DataType.Int64, rows);
        graph.Output("token_logprobs", DataType.Float, rows);
        graph.Output("top_ids", DataType.Int32, rows, Alternatives(text));
        graph.Output("top_logprobs", DataType.Float, rows, Alternatives(text));
    }

    // The last output is where the parts of a row leave what they found; nobody reads it.
    private static void Fused(GraphBuilder graph, string logits) =>
        graph.Node("choice", HunyuanOcrDomain, "TokenChoice", [logits], ["token_ids", "token_logprobs", "top_ids", "top_logprobs", "choice.parts"], []);

    private static int Alternatives(TextConfiguration text) => Math.Min(MostAlternatives, text.VocabularySize);

    private static void Operators(GraphBuilder graph, TextConfiguration text, string logits)
    {
        graph.Node("likeliest", "", "TopK", [logits, graph.Integers("alternatives", Alternatives(text))], ["likeliest.logits", "likeliest.ids"], [Attribute("axis", -1L)]);
        // Not ReduceLogSumExp: over a whole vocabulary the provider takes 14 ms for it from the second row on.
        string all = graph.Node("logprobs", "", "LogSoftmax", [logits], Attribute("axis", -1L));
        graph.Node("top_logprobs", "", "GatherElements", [all, "likeliest.ids"], Attribute("axis", 1L));
        graph.Node("top_ids", "", "Cast", ["likeliest.ids"], Attribute("to", (long)DataType.Int32));
        string first = graph.Scalar("first_place", 0);
        graph.Node("token_ids", "", "Gather", ["likeliest.ids", first], Attribute("axis", 1L));
        graph.Node("token_logprobs", "", "Gather", ["top_logprobs", first], Attribute("axis", 1L));
    }
}
