namespace HunyuanOcr.Inference.Scheduling;

/// <summary>What one sequence does in a step.</summary>
/// <param name="Sequence">Who.</param>
/// <param name="Start">Its first token that runs; the tokens before it are in the cache.</param>
/// <param name="Count">How many tokens run.</param>
/// <param name="WantsLogits">Whether its last token here is its last known one, so that logits choose the next.</param>
internal readonly record struct StepSlice(Sequence Sequence, int Start, int Count, bool WantsLogits);

/// <summary>Which sequences run in a step and how many tokens each; not changed once made. The engine makes one a step and reuses its storage.</summary>
internal sealed class StepPlan
{
    private readonly List<StepSlice> slices = [];

    /// <summary>The slices, decoding sequences first.</summary>
    public IReadOnlyList<StepSlice> Slices => slices;

    /// <summary>Tokens of all slices, T.</summary>
    public int TokenCount { get; private set; }

    /// <summary>Slices that want logits, L.</summary>
    public int LogitsCount { get; private set; }

    internal void Clear()
    {
        slices.Clear();
        TokenCount = 0;
        LogitsCount = 0;
    }

    internal void Add(StepSlice slice)
    {
        slices.Add(slice);
        TokenCount += slice.Count;
        if (slice.WantsLogits)
            LogitsCount++;
    }
}
