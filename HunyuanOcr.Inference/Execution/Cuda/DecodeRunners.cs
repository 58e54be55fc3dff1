using HunyuanOcr.Inference.Checkpoints;
using HunyuanOcr.Inference.Execution.Cuda.Operators;

namespace HunyuanOcr.Inference.Execution.Cuda;

/// <summary>The decode graphs of a model: for a few sequences, for some, for many. A step takes the first that it fits in.</summary>
/// <param name="runners">Fewest sequences first; the last takes as many as a step may have.</param>
internal sealed class DecodeRunners(IEnumerable<DecodeRunner> runners) : IDisposable
{
    /// <summary>Sequences that the graph for a few runs where there is one for some as well: from two on that is faster.</summary>
    private const int MostSmall = 1;

    private readonly DecodeRunner[] runners = [.. runners];

    /// <summary>The graphs of a folder and how many sequences each is for at most.</summary>
    /// <param name="folder">The model.</param>
    /// <param name="any">Its graph for any number.</param>
    public static IEnumerable<(GraphFile Graph, int Sequences)> Graphs(ModelFolder folder, GraphFile any)
    {
        if (folder.DecodeSmall is { } small)
            yield return (small, folder.DecodeMedium is null ? MatvecFunctions.MostRows : MostSmall);
        if (folder.DecodeMedium is { } medium)
            yield return (medium, ProductOperator.RowsAtOnce);
        yield return (any, DecodeBuckets.MostSequences);
    }

    /// <summary>
    /// Bytes that steps of the most sequences and tokens take for what the parts of a sequence leave to each other, where the attention is ours:
    /// two layers' at a time, a third where ONNX Runtime gives the next layer another place, and as much again for the recorded lengths that
    /// are shorter, which are half as long, a quarter and so on.
    /// </summary>
    /// <param name="kernels">model.decoder.kernels of genai_config.json.</param>
    /// <param name="shape">The model.</param>
    /// <param name="sequences">Most that run.</param>
    /// <param name="context">Most tokens of a sequence.</param>
    public static long BytesOfParts(IReadOnlyCollection<string> kernels, ModelShape shape, int sequences, int context)
    {
        int many = kernels.Contains("attentionofmany") ? Math.Min(sequences, DecodeBuckets.MostSequences) : 0;
        int some = kernels.Contains("attention") ? Math.Min(sequences, ProductOperator.RowsAtOnce) : 0;
        return 3 * 2 * DecodeAttentionOperator.BytesOfParts(many + some, shape.Heads, context, shape.HeadSize);
    }

    /// <summary>Who runs a step of so many sequences.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No graph is for so many.</exception>
    public DecodeRunner For(int sequences)
    {
        foreach (DecodeRunner runner in runners)
            if (sequences <= runner.Buckets.Sequences[^1])
                return runner;
        throw new ArgumentOutOfRangeException(nameof(sequences), sequences, $"A step decodes {DecodeBuckets.MostSequences} sequences at most.");
    }

    /// <summary>Records all numbers of sequences at the first few lengths.</summary>
    public void Record(int lengths)
    {
        DecodeBuckets all = runners[^1].Buckets;
        foreach (int tokens in all.Lengths.Take(lengths))
        {
            foreach (int sequences in all.Sequences)
            {
                DecodeRunner runner = For(sequences);
                runner.Record(runner.Buckets.Of(sequences, tokens));
            }
        }
    }

    public void Dispose()
    {
        foreach (DecodeRunner runner in runners)
            runner.Dispose();
    }
}
