using HunyuanOcr.Inference;
using HunyuanOcr.Web.Telemetry;

namespace HunyuanOcr.Web.Components.Status;

/// <summary>One look at the server: everything that the Status page draws.</summary>
internal sealed record StatusView
{
    internal static StatusView Empty { get; } = new();

    internal DateTimeOffset At { get; init; }

    internal TimeSpan Age { get; init; }

    /// <summary>Answers that ended well since the start, and those that failed.</summary>
    internal long Read { get; init; }

    internal long Failed { get; init; }

    /// <summary>Null until a model is loaded.</summary>
    internal EngineStatus? Engine { get; init; }

    internal int Running => Engine?.Running ?? 0;

    internal int Waiting => Engine?.Waiting ?? 0;

    internal TimeSpan LongestWait { get; init; }

    internal double CacheUse => Engine is { BlocksTotal: > 0 } engine ? (double)engine.BlocksUsed / engine.BlocksTotal : 0;

    /// <summary>Of the process, in bytes.</summary>
    internal long Memory { get; init; }

    internal long MemoryLimit { get; init; }

    /// <summary>Oldest first.</summary>
    internal IReadOnlyList<StatusSample> Samples { get; init; } = [];

    /// <summary>Newest first; those that fit the page.</summary>
    internal IReadOnlyList<RecentError> Errors { get; init; } = [];

    internal int ErrorsToday { get; init; }

    internal double Rate => Samples is [.., var last] ? last.TokensPerSecond : 0;

    internal double Peak => Samples.Select(static sample => sample.TokensPerSecond).DefaultIfEmpty().Max();

    internal IReadOnlyList<double?> Of(Func<StatusSample, double?> value) => [.. Samples.Select(value)];
}

/// <summary>Looks.</summary>
internal sealed class StatusSource(StudioMetrics metrics, EngineTotals engine, Readings readings, StatusSeries series, RecentErrors errors, TimeProvider time)
{
    private const int Rows = 8;

    private readonly DateTimeOffset _started = time.GetUtcNow();

    internal StatusView Look()
    {
        IReadOnlyList<RecentError> all = errors.All();
        DateTimeOffset now = time.GetUtcNow();
        (long read, long failed) = metrics.Ended;
        return new()
        {
            At = now,
            Age = now - _started,
            Read = read,
            Failed = failed,
            Engine = engine.Status,
            LongestWait = readings.LongestWait,
            Memory = ProcessMemory.Resident,
            MemoryLimit = ProcessMemory.Limit,
            Samples = series.All(),
            Errors = [.. all.Take(Rows)],
            ErrorsToday = all.Where(error => error.At > now.AddDays(-1)).Sum(static error => error.Times),
        };
    }
}
