namespace HunyuanOcr.Inference.Engine;

/// <summary>All numbers that the engine counts, in one place. Written by the engine's thread, read by any.</summary>
internal sealed class EngineGauges
{
    private long visionPasses, visionQueries, visionHits, generatedTokens, promptTokens, steps, scheduledTokens, preemptions, stepFaults, stepTicks, modelTicks;
    private int running, blocksUsed;

    /// <summary>Passes of the vision tower.</summary>
    public long VisionPasses { get => Volatile.Read(ref visionPasses); set => Volatile.Write(ref visionPasses, value); }

    /// <summary>Pictures asked for.</summary>
    public long VisionQueries { get => Volatile.Read(ref visionQueries); set => Volatile.Write(ref visionQueries, value); }

    /// <summary>Pictures among them that the cache knew.</summary>
    public long VisionHits { get => Volatile.Read(ref visionHits); set => Volatile.Write(ref visionHits, value); }

    /// <summary>Tokens that the model chose, the end token included.</summary>
    public long GeneratedTokens { get => Volatile.Read(ref generatedTokens); set => Volatile.Write(ref generatedTokens, value); }

    /// <summary>Tokens of the prompts of admitted requests.</summary>
    public long PromptTokens { get => Volatile.Read(ref promptTokens); set => Volatile.Write(ref promptTokens, value); }

    /// <summary>Steps committed.</summary>
    public long Steps { get => Volatile.Read(ref steps); set => Volatile.Write(ref steps, value); }

    /// <summary>Tokens that ran in those steps.</summary>
    public long ScheduledTokens { get => Volatile.Read(ref scheduledTokens); set => Volatile.Write(ref scheduledTokens, value); }

    /// <summary>Times that a running request was sent back.</summary>
    public long Preemptions { get => Volatile.Read(ref preemptions); set => Volatile.Write(ref preemptions, value); }

    /// <summary>Steps that failed.</summary>
    public long StepFaults { get => Volatile.Read(ref stepFaults); set => Volatile.Write(ref stepFaults, value); }

    /// <summary>Time that steps took, in ticks of <see cref="TimeSpan"/>.</summary>
    public long StepTicks { get => Volatile.Read(ref stepTicks); set => Volatile.Write(ref stepTicks, value); }

    /// <summary>Time among it that was spent in the device's library, in ticks of <see cref="TimeSpan"/>.</summary>
    public long ModelTicks { get => Volatile.Read(ref modelTicks); set => Volatile.Write(ref modelTicks, value); }

    /// <summary>Sequences in the running batch.</summary>
    public int Running { get => Volatile.Read(ref running); set => Volatile.Write(ref running, value); }

    /// <summary>Cache blocks owned.</summary>
    public int BlocksUsed { get => Volatile.Read(ref blocksUsed); set => Volatile.Write(ref blocksUsed, value); }

    /// <summary>The counters as the public sees them.</summary>
    public EngineCounters Counters() => new(Steps, ScheduledTokens, PromptTokens, GeneratedTokens, Preemptions, StepFaults, VisionQueries, VisionHits, VisionPasses,
        TimeSpan.FromTicks(StepTicks), TimeSpan.FromTicks(ModelTicks));
}
