using System.Runtime.InteropServices;

namespace HunyuanOcr.Inference.Sampling;

/// <summary>What sampling remembers of one sequence: its options, its random stream, the tokens it has seen.</summary>
internal sealed class SamplingState
{
    private readonly List<int> seen = [];
    private readonly HashSet<int> known = [];
    private RandomStream random;

    /// <summary>Starts a sequence.</summary>
    /// <param name="choice">Its options.</param>
    /// <param name="promptTokens">Its prompt, image placeholders included: transformers' repetition penalty counts all of them.</param>
    public SamplingState(SamplingChoice choice, ReadOnlySpan<int> promptTokens)
    {
        Choice = choice;
        random = new RandomStream(choice.Seed);
        foreach (int token in promptTokens)
            Remember(token);
    }

    public SamplingChoice Choice { get; }

    /// <summary>Each token of prompt and answer once; kept only where the repetition penalty needs it.</summary>
    public ReadOnlySpan<int> Seen => CollectionsMarshal.AsSpan(seen);

    public double NextRandom() => random.Next();

    public void Remember(int token)
    {
        if (Choice.RepetitionPenalty != 1 && known.Add(token))
            seen.Add(token);
    }
}
