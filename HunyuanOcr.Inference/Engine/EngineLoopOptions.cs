namespace HunyuanOcr.Inference.Engine;

/// <summary>What the loop needs to know of options and model, checked already.</summary>
internal sealed record EngineLoopOptions
{
    /// <summary>Most sequences in one step.</summary>
    public required int MaxSequences { get; init; }

    /// <summary>Most tokens in one step; at least <see cref="MaxSequences"/>.</summary>
    public required int MaxScheduledTokens { get; init; }

    /// <summary>Most requests beyond <see cref="MaxSequences"/>.</summary>
    public required int QueueLength { get; init; }

    /// <summary>Memory for vectors of pictures already seen.</summary>
    public required long VisionCacheBytes { get; init; }

    /// <summary>Tokens that end an answer.</summary>
    public required IReadOnlyList<int> EndTokens { get; init; }

    /// <summary>Whether <see cref="Scheduling.Invariants"/> are checked after every step; slow.</summary>
    public bool ChecksInvariants { get; init; }
}
