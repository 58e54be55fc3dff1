namespace HunyuanOcr.Web.Hosting;

/// <summary>How many requests may come; 0 sets no limit. Health, metrics, pages and static files are not counted.</summary>
internal sealed record RateLimitOptions
{
    /// <summary>Requests a minute of everybody together.</summary>
    internal required int RequestsPerMinute { get; init; }

    /// <summary>Requests a minute of one key.</summary>
    internal required int PerKey { get; init; }

    /// <summary>Requests a minute of one address.</summary>
    internal required int PerAddress { get; init; }

    /// <summary>Requests at once of one key, or of one address where there is no key.</summary>
    internal required int Concurrent { get; init; }

    /// <summary>Requests of one key or address that wait for a place among <see cref="Concurrent"/>; one more is answered 429.</summary>
    internal required int QueueLength { get; init; }

    /// <param name="exposed">Whether others than this machine can reach the server: then the defaults set limits.</param>
    internal static RateLimitOptions Read(SettingReader settings, bool exposed) => new()
    {
        RequestsPerMinute = settings.Number("RateLimit:RequestsPerMinute", 0, 0, 10_000_000, "requests a minute"),
        PerKey = settings.Number("RateLimit:PerKey", exposed ? 600 : 0, 0, 10_000_000, "requests a minute"),
        PerAddress = settings.Number("RateLimit:PerAddress", exposed ? 1200 : 0, 0, 10_000_000, "requests a minute"),
        Concurrent = settings.Number("RateLimit:Concurrent", exposed ? 64 : 0, 0, 100_000, "requests"),
        QueueLength = settings.Number("RateLimit:QueueLength", 0, 0, 100_000, "requests"),
    };
}
