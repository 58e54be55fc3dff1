namespace HunyuanOcr.Web.Components;

/// <summary>Turns any number of changes into at most ten drawings a second; the last change is always drawn.</summary>
internal sealed class DrawThrottle(Func<Task> draw, TimeProvider time) : IDisposable
{
    internal static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private ITimer? _timer;
    private DateTimeOffset _last = DateTimeOffset.MinValue;
    private DateTimeOffset _due = DateTimeOffset.MaxValue;
    private bool _disposed;

    /// <summary>Something changed: draw as soon as the interval allows.</summary>
    internal void Ask() => Schedule(TimeSpan.Zero);

    /// <summary>Something came that somebody waits for: draw at once, however short ago the last drawing was.</summary>
    internal void AskNow()
    {
        lock (_gate)
            _last = DateTimeOffset.MinValue;
        Schedule(TimeSpan.Zero);
    }

    /// <summary>Nothing changed, but clocks on the page go on: draw after some intervals.</summary>
    internal void AskLater() => Schedule(Interval * 2);

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _timer?.Dispose();
        }
    }

    private void Schedule(TimeSpan after)
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            DateTimeOffset now = time.GetUtcNow(), earliest = _last == DateTimeOffset.MinValue ? now : _last + Interval;
            DateTimeOffset due = now + after > earliest ? now + after : earliest;
            if (due >= _due)
                return;
            _due = due;
            _timer ??= time.CreateTimer(static state => ((DrawThrottle)state!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _timer.Change(due > now ? due - now : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    private void Fire()
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            _due = DateTimeOffset.MaxValue;
            _last = time.GetUtcNow();
        }
        _ = DrawAsync();
    }

    private async Task DrawAsync()
    {
        try
        {
            await draw();
        }
        catch (ObjectDisposedException)
        {
            // The page went away between the change and its drawing.
        }
    }
}
