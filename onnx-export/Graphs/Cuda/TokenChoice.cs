using OnnxExport.Configuration;
using static OnnxExport.Graphs.GraphBuilder;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxExport.Graphs.Cuda;

/// <summary>
/// The likeliest token of every row of logits, its log-probability and the likeliest five, chosen on the card so that a few bytes leave
/// it. Log-probabilities are those after the repetition penalty.
/// </summary>
internal static class TokenChoice
{
    private const int MostAlternatives = 5;

    /// <param name="logits">[rows, vocabulary], 32-bit floats.</param>
    /// <param name="rows">Name of the first dimension.</param>
    /// <param name="penalised">Whether inputs say which tokens a sequence has seen and what that costs them; chosen ones are added.</param>
    public static void Add(GraphBuilder graph, TextConfiguration text, CudaKernels kernels, string logits, string rows, bool penalised)
    {
        if (penalised)
        {
            graph.Input("repetition_penalty", DataType.Float, rows);
            graph.Input("seen", DataType.Uint8, rows, text.VocabularySize);
        }
        if (kernels.HasFlag(CudaKernels.Choice))
            Fused(graph, logits, penalised);
        else
            Operators(graph, text, penalised ? Penalise(graph, logits) : logits);
        if (penalised && !kernels.HasFlag(CudaKernels.Choice))
            Remember(graph);
        graph.Output("token_ids", DataType.Int64, rows);
        graph.Output("token_logprobs", DataType.Float, rows);
        graph.Output("top_ids", DataType.Int32, rows, Alternatives(text));
        graph.Output("top_logprobs", DataType.Float, rows, Alternatives(text));
        if (penalised)
            graph.Output("seen_out", DataType.Uint8, rows, text.VocabularySize);
    }

    // The last output is where the parts of a row leave what they found; nobody reads it.
    private static void Fused(GraphBuilder graph, string logits, bool penalised) =>
        graph.Node("choice", HunyuanOcrDomain, penalised ? "TokenChoicePenalised" : "TokenChoice", penalised ? [logits, "repetition_penalty", "seen"] : [logits],
            ["token_ids", "token_logprobs", "top_ids", "top_logprobs", .. penalised ? (string[])["seen_out"] : [], "choice.parts"], []);

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

    /// <summary>As in transformers: logits of seen tokens are divided by the penalty above 0 and multiplied by it below.</summary>
    private static string Penalise(GraphBuilder graph, string logits)
    {
        string penalty = graph.Node("penalty.per_row", "", "Reshape", ["repetition_penalty", graph.Integers("one_column", -1, 1)]);
        string seen = graph.Node("seen.flags", "", "Cast", ["seen"], Attribute("to", (long)DataType.Bool));
        string below = graph.Node("logits.below_zero", "", "Less", [logits, graph.Number("zero", 0)]);
        string multiplied = graph.Node("logits.multiplied", "", "Mul", [logits, penalty]);
        string divided = graph.Node("logits.divided", "", "Div", [logits, penalty]);
        string penalised = graph.Node("logits.of_seen", "", "Where", [below, multiplied, divided]);
        return graph.Node("logits.penalised", "", "Where", [seen, penalised, logits]);
    }

    private static void Remember(GraphBuilder graph)
    {
        string chosen = graph.Node("chosen.per_row", "", "Reshape", ["token_ids", graph.Integers("one_column", -1, 1)]);
        // A column of ones whose height follows the rows without a shape passing through the host, which no captured graph may do.
        string same = graph.Node("chosen.same", "", "Equal", [chosen, chosen]);
        string ones = graph.Node("chosen.flags", "", "Cast", [same], Attribute("to", (long)DataType.Uint8));
        graph.Node("seen_out", "", "ScatterElements", ["seen", chosen, ones], Attribute("axis", 1L));
    }
}
