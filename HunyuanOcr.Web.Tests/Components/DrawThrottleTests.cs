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
        for (int tries = 0; tries < 3000 && Volatile.Read(ref drawn) != 1000; tries++)
            await Task.Delay(20);
        Assert.Equal(1000, drawn);
        Assert.InRange(drawings, 1, (int)((Environment.TickCount64 - started) / DrawThrottle.Interval.TotalMilliseconds) + 2);
    }

    [Fact]
    public void What_somebody_waits_for_is_drawn_at_once_and_not_at_the_next_interval()
    {
        int drawings = 0;
        StoppedClock clock = new();
        using DrawThrottle throttle = new(() => { drawings++; return Task.CompletedTask; }, clock);
        throttle.Ask();
        clock.Fire();
        throttle.Ask();
        Assert.Equal(DrawThrottle.Interval, clock.Due);
        throttle.AskNow();
        Assert.Equal(TimeSpan.Zero, clock.Due);
        clock.Fire();
        Assert.Equal(2, drawings);
    }

    /// <summary>Time that stands still, with one timer that fires when told.</summary>
    private sealed class StoppedClock : TimeProvider, ITimer
    {
        private TimerCallback? _callback;
        private object? _state;

        internal TimeSpan Due { get; private set; }

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            (_callback, _state, Due) = (callback, state, dueTime);
            return this;
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Due = dueTime;
            return true;
        }

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => default;

        internal void Fire() => _callback!(_state);
    }
}
