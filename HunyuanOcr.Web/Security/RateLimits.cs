using System.Globalization;
using System.Threading.RateLimiting;
using HunyuanOcr.Web.Api;
using HunyuanOcr.Web.Hosting;
using Microsoft.AspNetCore.RateLimiting;

namespace HunyuanOcr.Web.Security;

/// <summary>Limits of requests: of everybody, of a key, of an address, and of those at once. A token bucket each: it holds a minute's requests and fills evenly.</summary>
internal sealed class RateLimits : IAsyncDisposable
{
    private readonly RateLimitOptions _options;
    private readonly (PartitionedRateLimiter<HttpContext> Limiter, int Limit)[] _minutes;
    private readonly PartitionedRateLimiter<HttpContext> _atOnce;

    public RateLimits(StudioOptions options)
    {
        _options = options.RateLimit;
        _minutes =
        [
            (PerMinute(_options.RequestsPerMinute, static _ => "everybody"), _options.RequestsPerMinute),
            (PerMinute(_options.PerKey, static context => Caller.Of(context.User)?.KeyId), _options.PerKey),
            (PerMinute(_options.PerAddress, ClientAddress.Of), _options.PerAddress),
        ];
        _atOnce = PartitionedRateLimiter.Create<HttpContext, string>(context => !Counts(context) || _options.Concurrent == 0
            ? RateLimitPartition.GetNoLimiter("")
            : RateLimitPartition.GetConcurrencyLimiter(Caller.Of(context.User)?.KeyId ?? ClientAddress.Of(context), _ => new() { PermitLimit = _options.Concurrent, QueueLimit = _options.QueueLength }));
    }

    internal void Set(RateLimiterOptions options)
    {
        options.GlobalLimiter = PartitionedRateLimiter.CreateChained([.. _minutes.Select(minute => minute.Limiter), _atOnce]);
        options.OnRejected = async (rejected, _) =>
        {
            HttpContext context = rejected.HttpContext;
            TimeSpan wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan time) ? time : TimeSpan.FromSeconds(1);
            WriteHeaders(context);
            await Denial.WriteAsync(context, new(StatusCodes.Status429TooManyRequests, $"Too many requests. Try again in {Math.Max(1, Math.Ceiling(wait.TotalSeconds)):0} s.", ApiFaultType.RateLimit, Code: "rate_limit_exceeded") { RetryAfter = wait });
        };
    }

    /// <summary>Says on every counted answer how much is left, under OpenAI's names.</summary>
    internal void WriteHeaders(HttpContext context)
    {
        if (!Counts(context))
            return;
        (int Limit, long Left)? tightest = null;
        foreach ((PartitionedRateLimiter<HttpContext> limiter, int limit) in _minutes)
            if (limit > 0 && limiter.GetStatistics(context) is { } statistics && !(tightest?.Left <= statistics.CurrentAvailablePermits))
                tightest = (limit, statistics.CurrentAvailablePermits);
        if (tightest is not { } left)
            return;
        IHeaderDictionary headers = context.Response.Headers;
        headers["x-ratelimit-limit-requests"] = left.Limit.ToString(CultureInfo.InvariantCulture);
        headers["x-ratelimit-remaining-requests"] = left.Left.ToString(CultureInfo.InvariantCulture);
        headers["x-ratelimit-reset-requests"] = Math.Ceiling((left.Limit - left.Left) * 60.0 / left.Limit).ToString("0", CultureInfo.InvariantCulture) + "s";
    }

    public async ValueTask DisposeAsync()
    {
        foreach ((PartitionedRateLimiter<HttpContext> limiter, _) in _minutes)
            await limiter.DisposeAsync();
        await _atOnce.DisposeAsync();
    }

    /// <summary>What costs something: the API, and everything that a browser sends. A circuit's own traffic is not counted by request.</summary>
    private static bool Counts(HttpContext context)
    {
        PathString path = context.Request.Path;
        if (HttpMethods.IsOptions(context.Request.Method) || path.StartsWithSegments("/_blazor"))
            return false;
        return path.StartsWithSegments(ApiFaults.Root) || !(HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method));
    }

    private static PartitionedRateLimiter<HttpContext> PerMinute(int limit, Func<HttpContext, string?> who) => PartitionedRateLimiter.Create<HttpContext, string>(context =>
        limit == 0 || !Counts(context) || who(context) is not { } name
            ? RateLimitPartition.GetNoLimiter("")
            : RateLimitPartition.GetTokenBucketLimiter(name, _ => new() { TokenLimit = limit, TokensPerPeriod = 1, ReplenishmentPeriod = TimeSpan.FromMinutes(1) / limit, QueueLimit = 0, AutoReplenishment = false }));
}
