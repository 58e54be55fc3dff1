using HunyuanOcr.Inference.Scheduling;

namespace HunyuanOcr.Inference.Tests.Scheduling;

/// <summary>Drives a scheduler without a model: every step commits, each sequence that wants logits gets a token, full ones end.</summary>
internal sealed class SchedulerDriver(int blocks, int blockSize, int maxSequences, int maxScheduledTokens)
{
    private readonly int maxSequences = maxSequences;

    public Scheduler Scheduler { get; } = new(new BlockPool(blocks, blockSize), maxSequences, maxScheduledTokens);

    /// <summary>Arrivals in the order in which they ended.</summary>
    public List<long> Ended { get; } = [];

    /// <summary>Arrivals in the order in which they first ran; those of one step by arrival.</summary>
    public List<long> Started { get; } = [];

    public int StepCount { get; private set; }

    /// <summary>One step; returns its slices as (arrival, start, count, wants logits).</summary>
    public List<(long Arrival, int Start, int Count, bool WantsLogits)> Step()
    {
        StepPlan plan = Scheduler.Plan();
        CheckPlan(plan);
        List<(long, int, int, bool)> slices = [.. plan.Slices.Select(s => (s.Sequence.Arrival, s.Start, s.Count, s.WantsLogits))];
        using (CacheReservation reservation = Scheduler.Reserve(plan))
            Scheduler.Commit(plan, reservation);
        StepCount++;
        Started.AddRange(slices.Select(s => s.Item1).Except(Started).Order().ToArray());
        foreach (StepSlice slice in plan.Slices)
        {
            if (slice.WantsLogits)
                Grow(slice.Sequence);
        }
        Assert.Empty(Invariants.Violations(Scheduler.Snapshot()));
        return slices;
    }

    public void RunToTheEnd(int mostSteps)
    {
        while (Scheduler.Running.Count + Scheduler.Waiting.Count > 0)
        {
            Assert.True(StepCount < mostSteps, $"Not done after {mostSteps} steps.");
            Assert.NotEmpty(Step());
        }
    }

    private void Grow(Sequence sequence)
    {
        sequence.Append(1);
        if (!sequence.IsFull)
            return;
        Scheduler.Remove(sequence);
        Ended.Add(sequence.Arrival);
    }

    private void CheckPlan(StepPlan plan)
    {
        Assert.Equal(plan.TokenCount, plan.Slices.Sum(s => s.Count));
        Assert.Equal(plan.LogitsCount, plan.Slices.Count(s => s.WantsLogits));
        Assert.True(plan.TokenCount <= maxScheduledTokens);
        Assert.True(plan.Slices.Count <= maxSequences);
        Assert.Equal(plan.Slices.Count, plan.Slices.Select(s => s.Sequence).Distinct().Count());
        // Decoding sequences come first.
        int firstPrefill = plan.Slices.TakeWhile(s => s.Count == 1 && s.WantsLogits).Count();
        Assert.DoesNotContain(plan.Slices.Skip(firstPrefill), s => s.Sequence.IsDecoding && s.Start > 0);
    }
}
