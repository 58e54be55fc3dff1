namespace HunyuanOcr.Web.Telemetry;

/// <summary>How long requests of the last minutes took once their turn had come: what an estimate of a wait is made of. Nothing is promised that was not measured.</summary>
internal sealed class PagePace(TimeProvider time)
{
    private const int Kept = 32;

    private static readonly TimeSpan _window = TimeSpan.FromMinutes(10);

    private readonly Queue<(long At, TimeSpan Took)> _last = new();

    /// <param name="took">From the begin of its first work to the end of its answer.</param>
    internal void Add(TimeSpan took)
    {
        lock (_last)
        {
            if (_last.Count == Kept)
                _last.Dequeue();
            _last.Enqueue((time.GetTimestamp(), took));
        }
    }

    /// <summary>How long until the turn comes. In the usual time of one request as many end as run (Little's law); of the first to end half is over, on average.</summary>
    /// <param name="ahead">Requests that come before.</param>
    /// <param name="running">Requests that are being answered.</param>
    /// <returns>Null where nothing was measured lately, or nothing runs.</returns>
    internal TimeSpan? Wait(int ahead, int running)
    {
        TimeSpan[] took;
        lock (_last)
        {
            while (_last.TryPeek(out (long At, TimeSpan) oldest) && time.GetElapsedTime(oldest.At) > _window)
                _last.Dequeue();
            took = [.. _last.Select(static entry => entry.Took).Order()];
        }
        return took.Length == 0 || running == 0 ? null : took[took.Length / 2] * (ahead + 0.5) / running;
    }
}
