using System.Diagnostics;

namespace HunyuanOcr.Web.Telemetry;

/// <summary>Times to the first token of the last minute, at most a few hundred, for the chart of the Status page.</summary>
internal sealed class FirstTokens
{
    private const int Kept = 512;

    private static readonly TimeSpan _window = TimeSpan.FromMinutes(1);

    private readonly Queue<(long At, double Seconds)> _last = new();

    internal void Add(TimeSpan elapsed)
    {
        lock (_last)
        {
            if (_last.Count == Kept)
                _last.Dequeue();
            _last.Enqueue((Stopwatch.GetTimestamp(), elapsed.TotalSeconds));
        }
    }

    /// <summary>Median and 95th percentile in seconds; null where nothing came in the last minute.</summary>
    internal (double Median, double High)? Spread()
    {
        double[] sorted;
        lock (_last)
        {
            while (_last.TryPeek(out (long At, double) oldest) && Stopwatch.GetElapsedTime(oldest.At) > _window)
                _last.Dequeue();
            sorted = [.. _last.Select(static entry => entry.Seconds).Order()];
        }
        return sorted.Length == 0 ? null : (sorted[(sorted.Length - 1) / 2], sorted[(int)Math.Ceiling(0.95 * sorted.Length) - 1]);
    }
}
