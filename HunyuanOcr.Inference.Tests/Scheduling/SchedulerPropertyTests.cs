using FsCheck;
using FsCheck.Fluent;
using HunyuanOcr.Inference.Scheduling;

namespace HunyuanOcr.Inference.Tests.Scheduling;

/// <summary>Random arrivals, lengths and cancels over small pools.</summary>
public class SchedulerPropertyTests
{
    /// <summary>What happens before a step.</summary>
    /// <param name="PromptTokens">Length of a request that arrives; 0 for none.</param>
    /// <param name="AnswerTokens">Its answer's length.</param>
    /// <param name="Cancel">Which of the live requests is cancelled, if there are that many; -1 for none.</param>
    /// <param name="Fails">Whether the step is abandoned after its blocks were reserved.</param>
    public sealed record Happening(int PromptTokens, int AnswerTokens, int Cancel, bool Fails);

    public sealed record Scenario(int Blocks, int BlockSize, int MaxSequences, int MaxScheduledTokens, Happening[] Happenings);

    private static readonly Gen<Happening> Happenings =
        from prompt in Gen.Frequency((2, Gen.Constant(0)), (3, Gen.Choose(1, 60)))
        from answer in Gen.Choose(1, 40)
        from cancel in Gen.Frequency((5, Gen.Constant(-1)), (1, Gen.Choose(0, 6)))
        from fails in Gen.Frequency((9, Gen.Constant(false)), (1, Gen.Constant(true)))
        select new Happening(prompt, answer, cancel, fails);

    private static readonly Gen<Scenario> Scenarios =
        from blockSize in Gen.Elements(1, 4, 16)
        from blocks in Gen.Choose(1, 30)
        from sequences in Gen.Choose(1, 6)
        from spare in Gen.Choose(0, 40)
        from happenings in Happenings.ArrayOf()
        select new Scenario(blocks, blockSize, sequences, sequences + spare, happenings);

    private static readonly Arbitrary<Scenario> AllScenarios = Arb.From(Scenarios,
        scenario => Enumerable.Range(0, scenario.Happenings.Length)
            .Select(i => scenario with { Happenings = [.. scenario.Happenings.Where((_, n) => n != i)] }));

    [Fact]
    public void Invariants_hold_and_every_request_ends() =>
        Prop.ForAll(AllScenarios, scenario =>
        {
            SchedulerDriver driver = Play(scenario, out int accepted, out int cancelled);
            return driver.Ended.Count + cancelled == accepted && driver.Scheduler.Pool.FreeCount == scenario.Blocks;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500).WithEndSize(60));

    [Fact]
    public void The_oldest_running_request_advances_in_every_step() =>
        Prop.ForAll(AllScenarios, scenario =>
        {
            Play(scenario, out _, out _, afterStep: (oldestBefore, slices) =>
            {
                if (oldestBefore is { } oldest)
                    Assert.Contains(slices, slice => slice.Arrival == oldest && slice.Count > 0);
            });
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500).WithEndSize(60));

    [Fact]
    public void Requests_first_run_in_the_order_of_arrival() =>
        Prop.ForAll(AllScenarios, scenario =>
        {
            SchedulerDriver driver = Play(scenario, out _, out _);
            return driver.Started.SequenceEqual(driver.Started.Order());
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithEndSize(60));

    private static SchedulerDriver Play(Scenario scenario, out int accepted, out int cancelled,
        Action<long?, List<(long Arrival, int Start, int Count, bool WantsLogits)>>? afterStep = null)
    {
        var driver = new SchedulerDriver(scenario.Blocks, scenario.BlockSize, scenario.MaxSequences, scenario.MaxScheduledTokens);
        Scheduler scheduler = driver.Scheduler;
        (accepted, cancelled) = (0, 0);
        foreach (Happening happening in scenario.Happenings)
        {
            if (happening.PromptTokens > 0 && scheduler.Demand(happening.PromptTokens + happening.AnswerTokens).Fits)
                scheduler.Enqueue(Sequences.Of(happening.PromptTokens, accepted++, happening.AnswerTokens));
            Sequence[] live = [.. scheduler.Running, .. scheduler.Waiting];
            if (happening.Cancel >= 0 && happening.Cancel < live.Length)
            {
                scheduler.Remove(live[happening.Cancel]);
                cancelled++;
            }
            if (happening.Fails)
                scheduler.Reserve(scheduler.Plan()).Dispose();
            long? oldest = scheduler.Running.Count > 0 ? scheduler.Running[0].Arrival : null;
            afterStep?.Invoke(oldest, driver.Step());
            Assert.Empty(Invariants.Violations(scheduler.Snapshot()));
        }
        driver.RunToTheEnd(mostSteps: 100_000);
        return driver;
    }
}
