namespace HunyuanOcr.Inference.Execution.Cuda;

/// <summary>Sizes for which a decode step is recorded as a CUDA graph. A recorded graph runs exactly the sizes that it was recorded with,
/// so a step takes the smallest one that it fits in and fills it up with rows that store nothing.</summary>
/// <param name="Sequences">Rows.</param>
/// <param name="Tokens">Most tokens of a sequence in the cache, the new one included.</param>
/// <param name="LeastTokens">Fewest tokens that the longest sequence has, as a shorter step takes a smaller size.</param>
internal readonly record struct DecodeBucket(int Sequences, int Tokens, int LeastTokens);

/// <summary>All sizes of an engine.</summary>
internal sealed class DecodeBuckets
{
    /// <summary>Most rows of one graph; a step with more sequences runs several times.</summary>
    public const int MostSequences = 128;

    private const int LeastLength = 1024;
    private static readonly int[] AllSequences = [1, 2, 4, 8, 16, 24, 32, 48, 64, 96, MostSequences];

    private readonly int[] lengths;
    private readonly int[] sequences;

    /// <param name="maxSequences">Most sequences in a step.</param>
    /// <param name="context">Most tokens of a sequence.</param>
    /// <param name="blockSize">Tokens in a cache block; lengths are whole blocks.</param>
    public DecodeBuckets(int maxSequences, int context, int blockSize)
    {
        List<int> found = [];
        for (int length = LeastLength; length < context; length *= 2)
            found.Add(length);
        found.Add((context + blockSize - 1) / blockSize * blockSize);
        lengths = [.. found];
        sequences = [.. AllSequences.TakeWhile((_, i) => i == 0 || AllSequences[i - 1] < maxSequences)];
    }

    /// <summary>Tokens of the sizes, shortest first.</summary>
    public IReadOnlyList<int> Lengths => lengths;

    /// <summary>Rows of the sizes, smallest first.</summary>
    public IReadOnlyList<int> Sequences => sequences;

    /// <summary>The size of a step.</summary>
    /// <param name="count">Sequences, 1 to <see cref="MostSequences"/>.</param>
    /// <param name="longest">Tokens of the longest one in the cache, the new one included.</param>
    /// <exception cref="ArgumentOutOfRangeException">No size is so large.</exception>
    public DecodeBucket Of(int count, int longest)
    {
        int length = IndexOf(lengths, longest, nameof(longest));
        return new DecodeBucket(sequences[IndexOf(sequences, count, nameof(count))], lengths[length], length == 0 ? 1 : lengths[length - 1] + 1);
    }

    private static int IndexOf(int[] sizes, int wanted, string name)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(wanted, 1, name);
        int index = 0;
        while (index < sizes.Length && sizes[index] < wanted)
            index++;
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, sizes.Length, name);
        return index;
    }
}
