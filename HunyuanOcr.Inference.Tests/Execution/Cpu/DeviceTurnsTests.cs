using HunyuanOcr.Inference.Execution.Cpu;

namespace HunyuanOcr.Inference.Tests.Execution.Cpu;

public class DeviceTurnsTests
{
    [Fact]
    public void A_step_that_waits_for_a_vision_pass_goes_before_the_next_one()
    {
        var turns = new DeviceTurns();
        var order = new List<string>();
        Thread step, vision;
        using (turns.TakeForVision())
        {
            step = Started(() =>
            {
                using (turns.TakeForStep())
                    order.Add("step");
            });
            vision = Started(() =>
            {
                using (turns.TakeForVision())
                    order.Add("vision");
            });
            Thread.Sleep(50);
            Assert.Empty(order);
        }
        step.Join();
        vision.Join();
        Assert.Equal(["step", "vision"], order);
    }

    // Waits until the thread stands at its turn, so that the order of the test is the order of asking.
    private static Thread Started(Action work)
    {
        var thread = new Thread(() => work());
        thread.Start();
        Thread.Sleep(50);
        return thread;
    }
}
