using HunyuanOcr.Web.Components;

namespace HunyuanOcr.Web.Tests.Components;

public sealed class DrawThrottleTests
{
    [Fact]
    public async Task A_thousand_changes_are_few_drawings_and_the_last_is_always_drawn()
    {
        int drawings = 0, state = 0, drawn = -1;
        using DrawThrottle throttle = new(() => { drawings++; drawn = state; return Task.CompletedTask; }, TimeProvider.System);
        long started = Environment.TickCount64;
        for (state = 1; state < 1000; state++)
        {
            throttle.Ask();
            if (state % 5 == 0)
                await Task.Delay(1);
        }
        state = 1000;
        throttle.Ask();
        for (int tries = 0; tries < 100 && Volatile.Read(ref drawn) != 1000; tries++)
            await Task.Delay(20);
        Assert.Equal(1000, drawn);
        Assert.InRange(drawings, 1, (int)((Environment.TickCount64 - started) / DrawThrottle.Interval.TotalMilliseconds) + 2);
    }
}
