using HunyuanOcr.Web.Api;
using HunyuanOcr.Web.Hosting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace HunyuanOcr.Web.Security;

/// <summary>What a connection may cost before any route sees it, and how long a request may take.</summary>
internal static class ServerLimits
{
    /// <summary>A body may begin slowly: names are looked up, mobile networks wake up.</summary>
    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(5);

    internal static void Set(KestrelServerOptions kestrel, LimitOptions limits)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = limits.MaxBodyBytes;
        kestrel.Limits.RequestHeadersTimeout = limits.HeaderTimeout;
        kestrel.Limits.MinRequestBodyDataRate = limits.MinBodyBytesPerSecond == 0 ? null : new(limits.MinBodyBytesPerSecond, _grace);
        kestrel.Limits.MaxConcurrentConnections = limits.MaxConnections == 0 ? null : limits.MaxConnections;
        kestrel.Limits.MaxConcurrentUpgradedConnections = limits.MaxConnections == 0 ? null : limits.MaxConnections;
    }

    internal static void Set(FormOptions forms, LimitOptions limits) => forms.MultipartBodyLengthLimit = limits.MaxBodyBytes;

    internal static void Set(RequestTimeoutOptions timeouts, LimitOptions limits) => timeouts.DefaultPolicy = new()
    {
        Timeout = limits.RequestTimeout,
        TimeoutStatusCode = StatusCodes.Status504GatewayTimeout,
        WriteTimeoutResponse = context => Denial.WriteAsync(context, TimedOut(limits)),
    };

    /// <summary>Whether the request is over its time, as opposed to given up by its client.</summary>
    internal static bool IsTimedOut(HttpContext context) => context.Features.Get<IHttpRequestTimeoutFeature>() is { RequestTimeoutToken.IsCancellationRequested: true };

    internal static ApiFault TimedOut(LimitOptions limits) => new(StatusCodes.Status504GatewayTimeout,
        FormattableString.Invariant($"The answer was not ready within {limits.RequestTimeout.TotalSeconds:0} s (Limits:RequestTimeout). Send a smaller picture or a lower max_tokens, or try again when the server is less busy."), ApiFaultType.Timeout, Code: "request_timeout");

    /// <summary>A circuit lasts as long as its page is open.</summary>
    internal static void UseTimeouts(this IApplicationBuilder app) =>
        app.UseWhen(static context => !context.Request.Path.StartsWithSegments("/_blazor"), static branch => branch.UseRequestTimeouts());
}
