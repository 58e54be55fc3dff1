using HunyuanOcr.Inference.Scheduling;

namespace HunyuanOcr.Inference.Tests.Scheduling;

public class SchedulerTests
{
    [Fact]
    public void A_long_prompt_runs_in_chunks_and_wants_logits_only_at_its_end()
    {
        var driver = new SchedulerDriver(blocks: 10, blockSize: 16, maxSequences: 2, maxScheduledTokens: 40);
        driver.Scheduler.Enqueue(Sequences.Of(100, arrival: 1, answerTokens: 2));
        Assert.Equal([(1, 0, 40, false)], driver.Step());
        Assert.Equal([(1, 40, 40, false)], driver.Step());
        Assert.Equal([(1, 80, 20, true)], driver.Step());
        Assert.Equal([(1, 100, 1, true)], driver.Step());
        Assert.Empty(driver.Step());
        Assert.Equal(10, driver.Scheduler.Pool.FreeCount);
    }

    [Fact]
    public void Decoding_sequences_come_first_and_prefill_takes_the_rest()
    {
        var driver = new SchedulerDriver(blocks: 30, blockSize: 16, maxSequences: 4, maxScheduledTokens: 20);
        driver.Scheduler.Enqueue(Sequences.Of(10, arrival: 2, answerTokens: 50));
        driver.Step();
        driver.Scheduler.Enqueue(Sequences.Of(100, arrival: 1, answerTokens: 5));
        Assert.Equal([(2, 10, 1, true), (1, 0, 19, false)], driver.Step());
    }

    [Fact]
    public void Several_prompts_share_a_step()
    {
        var driver = new SchedulerDriver(blocks: 30, blockSize: 16, maxSequences: 4, maxScheduledTokens: 50);
        for (int i = 1; i <= 3; i++)
            driver.Scheduler.Enqueue(Sequences.Of(20, arrival: i, answerTokens: 5));
        Assert.Equal([(1, 0, 20, true), (2, 0, 20, true), (3, 0, 10, false)], driver.Step());
        Assert.Equal([(1, 20, 1, true), (2, 20, 1, true), (3, 10, 10, true)], driver.Step());
    }

    [Fact]
    public void When_the_pool_is_short_the_newest_goes_back_and_ends_later()
    {
        var driver = new SchedulerDriver(blocks: 8, blockSize: 16, maxSequences: 4, maxScheduledTokens: 100);
        driver.Scheduler.Enqueue(Sequences.Of(30, arrival: 1, answerTokens: 50));
        driver.Scheduler.Enqueue(Sequences.Of(30, arrival: 2, answerTokens: 50));
        driver.RunToTheEnd(mostSteps: 200);
        Assert.Equal([1, 2], driver.Ended);
        Assert.True(driver.Scheduler.PreemptionCount > 0);
        Assert.Equal(8, driver.Scheduler.Pool.FreeCount);
    }

    [Fact]
    public void A_preempted_sequence_runs_its_own_tokens_again()
    {
        var driver = new SchedulerDriver(blocks: 6, blockSize: 16, maxSequences: 2, maxScheduledTokens: 100);
        driver.Scheduler.Enqueue(Sequences.Of(16, arrival: 1, answerTokens: 70));
        Sequence second = Sequences.Of(16, arrival: 2, answerTokens: 70);
        driver.Scheduler.Enqueue(second);
        while (driver.Scheduler.PreemptionCount == 0)
            driver.Step();
        int known = second.TokenCount;
        Assert.True(known > 17);
        List<(long Arrival, int Start, int Count, bool WantsLogits)> slices;
        do
            slices = driver.Step();
        while (slices.All(s => s.Arrival != 2));
        Assert.Contains((2, 0, known, true), slices);
    }

    [Fact]
    public void A_sequence_that_can_never_run_is_not_taken()
    {
        var scheduler = new Scheduler(new BlockPool(4, 16), 2, 64);
        CacheDemand demand = scheduler.Demand(65);
        Assert.False(demand.Fits);
        Assert.Equal("65 tokens take 5 cache blocks of 16, and the cache has 4 (64 tokens)", demand.ToString());
        Assert.True(scheduler.Demand(64).Fits);
        Assert.Throws<InvalidOperationException>(() => scheduler.Enqueue(Sequences.Of(60, answerTokens: 5)));
    }

    [Fact]
    public void An_abandoned_step_leaves_no_trace()
    {
        var driver = new SchedulerDriver(blocks: 10, blockSize: 16, maxSequences: 2, maxScheduledTokens: 64);
        Sequence sequence = Sequences.Of(40, arrival: 1, answerTokens: 4);
        driver.Scheduler.Enqueue(sequence);
        using (driver.Scheduler.Reserve(driver.Scheduler.Plan()))
            Assert.Equal(3, sequence.Blocks.Count);
        Assert.Empty(Invariants.Violations(driver.Scheduler.Snapshot()));
        Assert.Equal((0, 0, 10), (sequence.Blocks.Count, sequence.CachedCount, driver.Scheduler.Pool.FreeCount));
        Assert.Equal([(1, 0, 40, true)], driver.Step());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(1300)]
    public void At_most_one_block_of_a_sequence_is_partly_filled(int tokens)
    {
        var driver = new SchedulerDriver(blocks: 40, blockSize: 64, maxSequences: 1, maxScheduledTokens: 256);
        Sequence sequence = Sequences.Of(tokens, answerTokens: 2);
        driver.Scheduler.Enqueue(sequence);
        while (sequence.CachedCount < tokens)
            driver.Step();
        int wasted = sequence.Blocks.Count * 64 - sequence.CachedCount;
        Assert.InRange(wasted, 0, 63);
        if (tokens == 1300)
            Assert.True(wasted < 0.04 * tokens, $"{wasted} places of {sequence.Blocks.Count * 64} are empty.");
    }

    [Fact]
    public void A_steady_decode_step_allocates_nothing()
    {
        var scheduler = new Scheduler(new BlockPool(100, 64), 8, 256);
        for (int i = 0; i < 8; i++)
            scheduler.Enqueue(Sequences.Of(20, arrival: i, answerTokens: 500));
        for (int i = 0; i < 100; i++)
            Decode(scheduler);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 20; i++)
            Decode(scheduler);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void Decode(Scheduler scheduler)
    {
        StepPlan plan = scheduler.Plan();
        using (CacheReservation reservation = scheduler.Reserve(plan))
            scheduler.Commit(plan, reservation);
        for (int i = 0; i < plan.Slices.Count; i++)
            plan.Slices[i].Sequence.Append(1);
    }
}
