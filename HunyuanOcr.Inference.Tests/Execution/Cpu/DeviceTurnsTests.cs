using HunyuanOcr.Inference.Execution.Cpu;

namespace HunyuanOcr.Inference.Tests.Execution.Cpu;

public class DeviceTurnsTests
{
    [Fact]
    public void A_step_that_waits_for_a_vision_pass_goes_before_the_next_one()
    {
        var turns = new DeviceTurns();
        var order = new List<string>();
        using var seeing = new ManualResetEventSlim();
        using var seen = new ManualResetEventSlim();
        Thread vision = Started(() =>
        {
            using (turns.TakeForVision())
            {
                seeing.Set();
                seen.Wait();
                order.Add("first picture");
            }
            using (turns.TakeForVision())
                order.Add("second picture");
        });
        seeing.Wait();
        Thread step = Started(() =>
        {
            using (turns.TakeForStep())
                order.Add("step");
        });
        Assert.True(SpinWait.SpinUntil(() => step.ThreadState.HasFlag(ThreadState.WaitSleepJoin), TimeSpan.FromSeconds(60)));
        Assert.Empty(order);
        seen.Set();
        step.Join();
        vision.Join();
        Assert.Equal(["first picture", "step", "second picture"], order);
    }

    private static Thread Started(Action work)
    {
        var thread = new Thread(() => work()) { IsBackground = true };
        thread.Start();
        return thread;
    }
}
