namespace HunyuanOcr.Inference;

/// <summary>What the engine has counted since it was loaded; its warm-up is left out.</summary>
/// <param name="Steps">Runs of the decoder.</param>
/// <param name="ScheduledTokens">Tokens that went through the decoder, prompt and answer, those computed again after a preemption included.</param>
/// <param name="PromptTokens">Tokens of the prompts of requests that ran.</param>
/// <param name="GeneratedTokens">Tokens that the model chose, end tokens included.</param>
/// <param name="Preemptions">Times that a running request was sent back because the cache was short.</param>
/// <param name="StepFaults">Runs of the decoder that failed.</param>
/// <param name="VisionQueries">Pictures that requests asked about.</param>
/// <param name="VisionHits">Pictures among them that the vision cache knew.</param>
/// <param name="VisionPasses">Passes of the vision tower.</param>
/// <param name="StepTime">Time that steps took: planning, the decoder, choosing and publishing tokens.</param>
/// <param name="ModelTime">Time among it that was spent in ONNX Runtime.</param>
public sealed record EngineCounters(
    long Steps, long ScheduledTokens, long PromptTokens, long GeneratedTokens, long Preemptions, long StepFaults,
    long VisionQueries, long VisionHits, long VisionPasses, TimeSpan StepTime, TimeSpan ModelTime)
{
    /// <summary>Nothing counted.</summary>
    public static EngineCounters Zero { get; } = new(0, 0, 0, 0, 0, 0, 0, 0, 0, TimeSpan.Zero, TimeSpan.Zero);

    /// <summary>What was counted after an earlier moment.</summary>
    public EngineCounters Since(EngineCounters earlier)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        return new EngineCounters(Steps - earlier.Steps, ScheduledTokens - earlier.ScheduledTokens, PromptTokens - earlier.PromptTokens,
            GeneratedTokens - earlier.GeneratedTokens, Preemptions - earlier.Preemptions, StepFaults - earlier.StepFaults,
            VisionQueries - earlier.VisionQueries, VisionHits - earlier.VisionHits, VisionPasses - earlier.VisionPasses,
            StepTime - earlier.StepTime, ModelTime - earlier.ModelTime);
    }
}
