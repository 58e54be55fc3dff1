using HunyuanOcr.Inference.Scheduling;

namespace HunyuanOcr.Inference.Tests.Scheduling;

/// <summary>The bounds that docs/architecture.md states.</summary>
public class FairnessTests
{
    [Fact]
    public void Requests_start_in_the_order_of_arrival_whatever_their_size()
    {
        var driver = new SchedulerDriver(blocks: 20, blockSize: 16, maxSequences: 4, maxScheduledTokens: 64);
        int[] sizes = [100, 10, 200, 5, 150, 5, 5, 250, 5, 5];
        for (int i = 0; i < sizes.Length; i++)
            driver.Scheduler.Enqueue(Sequences.Of(sizes[i], arrival: i, answerTokens: 10));
        driver.RunToTheEnd(mostSteps: 1000);
        Assert.Equal(Enumerable.Range(0, sizes.Length).Select(i => (long)i), driver.Started);
    }

    [Fact]
    public void A_large_request_is_not_passed_by_an_endless_stream_of_small_ones()
    {
        var driver = new SchedulerDriver(blocks: 20, blockSize: 16, maxSequences: 8, maxScheduledTokens: 64);
        long arrival = 0;
        for (int i = 0; i < 8; i++)
            driver.Scheduler.Enqueue(Sequences.Of(10, arrival++, answerTokens: 20));
        driver.Step();
        Sequence large = Sequences.Of(300, arrival++, answerTokens: 10);
        driver.Scheduler.Enqueue(large);
        // All that came earlier end within 20 steps; until then it waits, and then it runs, however many come behind it.
        for (int i = 0; i < 21; i++)
        {
            driver.Scheduler.Enqueue(Sequences.Of(10, arrival++, answerTokens: 20));
            driver.Step();
        }
        Assert.Equal(SequenceStatus.Running, large.Status);
        Assert.Equal(8, driver.Ended.Count(ended => ended < large.Arrival));
    }

    [Fact]
    public void Under_steady_decode_a_prompt_gets_the_rest_of_every_step()
    {
        const int MaxSequences = 8, MaxScheduledTokens = 10, Share = MaxScheduledTokens - MaxSequences + 1;
        var driver = new SchedulerDriver(blocks: 400, blockSize: 16, MaxSequences, MaxScheduledTokens);
        for (int i = 0; i < MaxSequences - 1; i++)
            driver.Scheduler.Enqueue(Sequences.Of(1, arrival: i, answerTokens: 500));
        driver.Step();
        Sequence prompt = Sequences.Of(100, arrival: 100, answerTokens: 10);
        driver.Scheduler.Enqueue(prompt);
        int steps = 0;
        for (; prompt.TokenCount == 100; steps++)
            Assert.Equal(MaxSequences, driver.Step().Count);
        Assert.Equal((100 + Share - 1) / Share, steps);
    }

    [Fact]
    public void A_request_whose_pictures_took_longer_still_goes_before_those_that_came_later()
    {
        var driver = new SchedulerDriver(blocks: 20, blockSize: 16, maxSequences: 1, maxScheduledTokens: 64);
        driver.Scheduler.Enqueue(Sequences.Of(10, arrival: 1, answerTokens: 5));
        driver.Step();
        driver.Scheduler.Enqueue(Sequences.Of(10, arrival: 3, answerTokens: 5));
        driver.Scheduler.Enqueue(Sequences.Of(10, arrival: 2, answerTokens: 5));
        driver.RunToTheEnd(mostSteps: 100);
        Assert.Equal([1, 2, 3], driver.Ended);
    }
}
