namespace HunyuanOcr.Web.Telemetry;

/// <summary>What the Status page draws of one moment.</summary>
/// <param name="FirstToken">Median of the last minute in seconds; null where nothing was read.</param>
/// <param name="FirstTokenHigh">Its 95th percentile.</param>
/// <param name="CacheUse">0 to 1.</param>
internal readonly record struct StatusSample(double TokensPerSecond, double? FirstToken, double? FirstTokenHigh, double CacheUse, int Running);

/// <summary>The last fifteen minutes, one sample every five seconds: never more, however long the server runs.</summary>
internal sealed class StatusSeries
{
    internal const int Length = 180;

    internal static readonly TimeSpan Step = TimeSpan.FromSeconds(5);

    private readonly Queue<StatusSample> _samples = new(Length);

    internal void Add(StatusSample sample)
    {
        lock (_samples)
        {
            if (_samples.Count == Length)
                _samples.Dequeue();
            _samples.Enqueue(sample);
        }
    }

    /// <summary>Oldest first.</summary>
    internal IReadOnlyList<StatusSample> All()
    {
        lock (_samples)
            return [.. _samples];
    }
}
