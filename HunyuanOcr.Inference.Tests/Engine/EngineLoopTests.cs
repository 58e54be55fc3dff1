using HunyuanOcr.Inference.Engine;

namespace HunyuanOcr.Inference.Tests.Engine;

public class EngineLoopTests
{
    [Fact]
    public async Task An_answer_ends_at_the_end_token_or_at_its_limit()
    {
        using var test = new LoopUnderTest();
        (int[] tokens, RequestEnd end) = await LoopUnderTest.Answer(test.Submit(10, 5));
        Assert.Equal((5, OcrFinishReason.Length), (tokens.Length, end.Reason));
        test.Runner.EndPerMille = 1000;
        (tokens, end) = await LoopUnderTest.Answer(test.Submit(10, 5));
        Assert.Equal((0, OcrFinishReason.Stop), (tokens.Length, end.Reason));
        Assert.Equal((0, 0), (test.Loop.Gauges.BlocksUsed, test.Loop.LiveCount));
    }

    [Fact]
    public async Task Batched_answers_equal_the_answers_alone_under_random_joins_and_cancels()
    {
        var random = new Random(1);
        (int Prompt, int Answer, int First)[] asked = [.. Enumerable.Range(0, 60).Select(i => (random.Next(1, 70), random.Next(1, 60), 100 + i))];
        int[][] alone = new int[asked.Length][];
        using (var one = new LoopUnderTest(maxSequences: 1, maxScheduledTokens: 1000))
            for (int i = 0; i < asked.Length; i++)
                alone[i] = (await LoopUnderTest.Answer(one.Submit(asked[i].Prompt, asked[i].Answer, asked[i].First))).Tokens;

        // A pool for little more than two of them, so that they are preempted as well.
        using var many = new LoopUnderTest(new FakeModelRunner(blocks: 20, blockSize: 8), maxSequences: 8, maxScheduledTokens: 20);
        var answers = new Task<(int[] Tokens, RequestEnd End)>[asked.Length];
        for (int i = 0; i < asked.Length; i++)
        {
            RunningRequest request = many.Submit(asked[i].Prompt, asked[i].Answer, asked[i].First);
            answers[i] = LoopUnderTest.Answer(request);
            if (i % 3 == 0)
            {
                await Task.Delay(random.Next(3));
                many.Loop.Stop(request);
            }
        }
        for (int i = 0; i < asked.Length; i++)
        {
            (int[] tokens, RequestEnd end) = await answers[i];
            if (end.Reason == OcrFinishReason.Cancelled)
                Assert.Equal(alone[i][..tokens.Length], tokens);
            else
                Assert.Equal(alone[i], tokens);
            Assert.Null(end.Error);
        }
        Assert.Contains(many.Runner.Steps, step => step.Length > 2);
        Assert.Equal(0, many.Loop.Gauges.BlocksUsed);
    }

    [Fact]
    public async Task A_preempted_request_gives_the_same_text()
    {
        int[] alone;
        using (var one = new LoopUnderTest(new FakeModelRunner { EndPerMille = 0 }))
            alone = (await LoopUnderTest.Answer(one.Submit(30, 60, first: 500))).Tokens;
        using var both = new SemaphoreSlim(0);
        using var tight = new LoopUnderTest(new FakeModelRunner(blocks: 8) { EndPerMille = 0 }, maxScheduledTokens: 200);
        tight.Runner.BeforeStep = _ => both.Wait();
        RunningRequest first = tight.Submit(30, 60, first: 100);
        RunningRequest second = tight.Submit(30, 60, first: 500);
        // Neither may be over before the other one is there.
        both.Release(10_000);
        Task<(int[] Tokens, RequestEnd End)> firstAnswer = LoopUnderTest.Answer(first);
        Assert.Equal(alone, (await LoopUnderTest.Answer(second)).Tokens);
        Assert.Equal(60, (await firstAnswer).Tokens.Length);
        Assert.True(tight.Loop.Gauges.Preemptions > 0);
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_tokens_whatever_else_runs()
    {
        using var test = new LoopUnderTest();
        int[] alone = (await LoopUnderTest.Answer(test.Submit(20, 40, seed: 7))).Tokens;
        Task<(int[] Tokens, RequestEnd End)>[] answers =
            [.. Enumerable.Range(0, 9).Select(i => LoopUnderTest.Answer(test.Submit(20, 40, first: i == 5 ? 100 : 200 + i, seed: i == 5 ? 7u : (ulong)i)))];
        Assert.Equal(alone, (await answers[5]).Tokens);
        await Task.WhenAll(answers);
        Assert.NotEqual(alone, (await LoopUnderTest.Answer(test.Submit(20, 40, seed: 8))).Tokens);
    }

    [Fact]
    public async Task A_cancelled_request_gives_its_blocks_back_before_the_next_step()
    {
        using var inStep = new SemaphoreSlim(0);
        using var goOn = new SemaphoreSlim(0);
        var runner = new FakeModelRunner { EndPerMille = 0 };
        int blocksInSecondStep = -1;
        LoopUnderTest? test = null;
        runner.BeforeStep = step =>
        {
            if (step == 1)
                blocksInSecondStep = test!.Loop.Gauges.BlocksUsed;
            inStep.Release();
            goOn.Wait();
        };
        using (test = new LoopUnderTest(runner, maxScheduledTokens: 100))
        {
            RunningRequest cancelled = test.Submit(40, 100);
            await inStep.WaitAsync();
            test.Loop.Stop(cancelled);
            RunningRequest other = test.Submit(10, 3);
            goOn.Release(1000);
            Assert.Equal(OcrFinishReason.Cancelled, (await LoopUnderTest.Answer(cancelled)).End.Reason);
            await LoopUnderTest.Answer(other);
            Assert.Equal(0, blocksInSecondStep);
            Assert.Equal([[40], [10], [1], [1]], runner.Steps);
        }
    }

    [Fact]
    public async Task A_failed_step_ends_its_own_sequences_and_no_others()
    {
        using var test = new LoopUnderTest(maxSequences: 1);
        test.Runner.BeforeStep = step =>
        {
            if (step == 0)
                throw new InvalidOperationException("the card fell off");
        };
        RunningRequest first = test.Submit(5, 5), second = test.Submit(5, 5);
        var error = Assert.IsType<OcrEngineException>((await LoopUnderTest.Answer(first)).End.Error);
        Assert.Contains("the card fell off", error.Message, StringComparison.Ordinal);
        Assert.False(error.EngineDead);
        Assert.Null((await LoopUnderTest.Answer(second)).End.Error);
        Assert.Null(test.Loop.Fault);
        Assert.Equal((0, 1L), (test.Loop.Gauges.BlocksUsed, test.Loop.Gauges.StepFaults));
    }

    [Fact]
    public async Task A_request_whose_logits_are_no_numbers_ends_alone_however_often_it_comes()
    {
        using var test = new LoopUnderTest(new FakeModelRunner { EndPerMille = 0 });
        int[] alone = (await LoopUnderTest.Answer(test.Submit(5, 200, first: 100))).Tokens;
        test.Runner.HasNoNumbers = sequence => sequence.Tokens[0] == 500;
        Task<(int[] Tokens, RequestEnd End)> beside = LoopUnderTest.Answer(test.Submit(5, 200, first: 100));
        for (int time = 0; time < 5; time++)
        {
            var error = Assert.IsType<OcrEngineException>((await LoopUnderTest.Answer(test.Submit(5, 5, first: 500))).End.Error);
            Assert.Contains("logits that are not numbers", error.Message, StringComparison.Ordinal);
            Assert.False(error.EngineDead);
        }
        Assert.Equal(alone, (await beside).Tokens);
        Assert.Null(test.Loop.Fault);
        Assert.Equal((0, 0L), (test.Loop.Gauges.BlocksUsed, test.Loop.Gauges.StepFaults));
    }

    [Fact]
    public async Task Three_failed_steps_in_a_row_kill_the_engine_and_everybody_learns_why()
    {
        using var ready = new SemaphoreSlim(0);
        using var test = new LoopUnderTest(maxSequences: 1);
        test.Runner.BeforeStep = _ =>
        {
            ready.Wait();
            throw new InvalidOperationException("the card fell off");
        };
        RunningRequest[] requests = [.. Enumerable.Range(0, 20).Select(_ => test.Submit(5, 5)), test.SubmitPictures(3, 1)];
        ready.Release(100);
        foreach (RunningRequest request in requests)
            Assert.Contains("the card fell off", (await LoopUnderTest.Answer(request)).End.Error!.Message, StringComparison.Ordinal);
        Assert.Contains("the card fell off", test.Loop.Fault, StringComparison.Ordinal);
        var refused = Assert.Throws<OcrEngineException>(() => test.Submit(5, 5));
        Assert.True(refused.EngineDead);
        Assert.Equal((0, 0), (test.Loop.LiveCount, test.Loop.Gauges.BlocksUsed));
    }

    [Fact]
    public async Task A_fault_outside_of_a_step_kills_the_engine_and_everybody_learns_the_cause()
    {
        using var inStep = new SemaphoreSlim(0);
        using var goOn = new SemaphoreSlim(0);
        using var test = new LoopUnderTest(new FakeModelRunner { EndPerMille = 0 }, maxSequences: 1);
        test.Runner.BeforeStep = _ =>
        {
            inStep.Release();
            goOn.Wait();
        };
        RunningRequest stopped = test.Submit(5, 5), waiting = test.Submit(5, 5);
        await inStep.WaitAsync();
        // The step is published well; the stop, which came with arrivals behind it, meets the fault.
        int asked = 0;
        var cause = new InvalidOperationException("the ledger burnt");
        test.Runner.Clock = () => ++asked == 1 ? TimeSpan.Zero : throw cause;
        test.Loop.Stop(stopped);
        RunningRequest[] others = [waiting, test.Submit(5, 5), test.SubmitPictures(3, 1)];
        goOn.Release(100);
        Assert.Equal(OcrFinishReason.Cancelled, (await LoopUnderTest.Answer(stopped)).End.Reason);
        foreach (RunningRequest request in others)
        {
            var error = Assert.IsType<OcrEngineException>((await LoopUnderTest.Answer(request)).End.Error);
            Assert.Contains("the ledger burnt", error.Message, StringComparison.Ordinal);
            Assert.Same(cause, error.InnerException);
            Assert.True(error.EngineDead);
        }
        Assert.Throws<OcrEngineException>(() => test.Submit(5, 5));
    }

    [Fact]
    public async Task Shutting_down_ends_everybody_who_waits_or_runs()
    {
        var test = new LoopUnderTest(new FakeModelRunner { EndPerMille = 0 }, maxSequences: 2);
        // However late this thread comes to the end: none of them is over before.
        test.Runner.BeforeStep = static _ => Thread.Sleep(20);
        RunningRequest[] requests = [.. Enumerable.Range(0, 10).Select(_ => test.Submit(5, 900))];
        test.Dispose();
        foreach (RunningRequest request in requests)
        {
            var error = Assert.IsType<OcrEngineException>((await LoopUnderTest.Answer(request)).End.Error);
            Assert.Contains("shut down", error.Message, StringComparison.Ordinal);
            Assert.True(error.EngineDead);
        }
        Assert.Throws<OcrEngineException>(() => test.Submit(5, 5));
    }

    [Fact]
    public async Task One_request_more_than_the_queue_holds_is_refused_with_the_number()
    {
        using var goOn = new SemaphoreSlim(0);
        using var test = new LoopUnderTest(maxSequences: 2, queueLength: 3);
        test.Runner.BeforeStep = _ => goOn.Wait();
        RunningRequest[] requests = [.. Enumerable.Range(0, 5).Select(_ => test.Submit(5, 5))];
        var refused = Assert.Throws<OcrQueueFullException>(() => test.Submit(5, 5));
        Assert.InRange(refused.Waiting, 3, 5);
        goOn.Release(1000);
        foreach (RunningRequest request in requests)
            Assert.Null((await LoopUnderTest.Answer(request)).End.Error);
        Assert.Null((await LoopUnderTest.Answer(test.Submit(5, 5))).End.Error);
    }

    [Fact]
    public async Task A_waiting_request_is_told_its_place_whenever_it_changes()
    {
        using var goOn = new SemaphoreSlim(0);
        using var test = new LoopUnderTest(new FakeModelRunner { EndPerMille = 0 }, maxSequences: 1);
        test.Runner.BeforeStep = _ => goOn.Wait();
        RunningRequest[] requests = [.. Enumerable.Range(0, 4).Select(_ => test.Submit(5, 3))];
        goOn.Release(1000);
        foreach (RunningRequest request in requests[..3])
            await LoopUnderTest.Answer(request);
        List<RequestNews> news = await LoopUnderTest.News(requests[3]);
        int[] places = [.. news.Where(n => n.Kind == RequestNewsKind.Placed).Select(n => n.Place)];
        Assert.Equal(places.OrderDescending().Distinct(), places);
        Assert.Equal(0, places[^1]);
        Assert.Equal(
            [RequestNewsKind.Placed, RequestNewsKind.Begun, RequestNewsKind.Token, RequestNewsKind.Ended],
            news.Select(n => n.Kind).Distinct());
    }

    [Fact]
    public async Task Two_thousand_random_requests_leave_no_block_behind()
    {
        var random = new Random(2);
        using var test = new LoopUnderTest(new FakeModelRunner(blocks: 40, blockSize: 8), maxSequences: 12, maxScheduledTokens: 40);
        List<Task> answers = [];
        for (int i = 0; i < 2000; i++)
        {
            RunningRequest request = random.Next(4) == 0
                ? test.SubmitPictures(random.Next(1, 20), [.. Enumerable.Range(0, random.Next(1, 3)).Select(_ => (byte)random.Next(30))])
                : test.Submit(random.Next(1, 100), random.Next(1, 40), random.Next(1000));
            answers.Add(LoopUnderTest.Answer(request));
            if (random.Next(5) == 0)
                test.Loop.Stop(request);
        }
        await Task.WhenAll(answers);
        Assert.Null(test.Loop.Fault);
        Assert.Equal((0, 0, 0), (test.Loop.Gauges.BlocksUsed, test.Loop.LiveCount, test.Loop.Gauges.Running));
    }
}
