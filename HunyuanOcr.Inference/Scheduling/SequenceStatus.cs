namespace HunyuanOcr.Inference.Scheduling;

/// <summary>Where a sequence stands. Moves: Waiting → Running → Waiting (preempted) …, and from either to Finished.</summary>
internal enum SequenceStatus
{
    /// <summary>In the line, without cache blocks.</summary>
    Waiting,

    /// <summary>In the running batch.</summary>
    Running,

    /// <summary>Ended, failed or cancelled; without cache blocks.</summary>
    Finished,
}
