namespace HunyuanOcr.Inference.Execution;

/// <summary>The sizes that the scheduler and the runner share, read from genai_config.json.</summary>
internal sealed record ModelShape
{
    public required int VocabularySize { get; init; }
    public required int HiddenSize { get; init; }
    public required int Layers { get; init; }
    public required int Heads { get; init; }
    public required int KeyValueHeads { get; init; }
    public required int HeadSize { get; init; }
    public required int ContextLength { get; init; }
    public required int PatchSize { get; init; }
    public required int MergeSize { get; init; }
    public required float RmsNormEpsilon { get; init; }

    /// <summary>theta * alpha^(d/(d-2)); inv_freq[i] = base^(-2i/d).</summary>
    public required double RopeBase { get; init; }

    /// <summary>Half-widths of the four position axes; they add up to HeadSize / 2.</summary>
    public required IReadOnlyList<int> RopeSections { get; init; }
}
