using System.Diagnostics;
using HunyuanOcr.Web.Api;
using HunyuanOcr.Web.Security;
using Microsoft.AspNetCore.Routing;

namespace HunyuanOcr.Web.Telemetry;

/// <summary>One log line a request, and its count in the metrics. Stands before everything else, so that refusals count as well.</summary>
internal sealed class RequestLog(StudioMetrics metrics, RecentErrors errors, ILogger<RequestLog> logger)
{
    private static readonly EventId _request = new(7001, "Request");

    /// <summary>Refusals that say nothing about this server's health: guesses at addresses and keys, callers who left.</summary>
    private static readonly int[] _passedOver = [401, 403, 404, 405, ApiFaults.ClientClosedRequest];

    internal async Task RunAsync(HttpContext context, RequestDelegate next)
    {
        long started = Stopwatch.GetTimestamp();
        RequestLine line = new(Method(context.Request.Method));
        bool api = context.Request.Path.StartsWithSegments(ApiFaults.Root);
        // A page's circuit is one long request and many answers: those get lines of their own.
        RequestLine.Current = api ? line : null;
        context.Features.Set(line);
        int? thrown = StatusCodes.Status500InternalServerError;
        try
        {
            await next(context);
            thrown = null;
        }
        catch (Exception e) when (ClosedRequest.Is(context, e))
        {
            thrown = ApiFaults.ClientClosedRequest;
            throw;
        }
        finally
        {
            RequestLine.Current = null;
            Write(context, line, StatusOf(context, thrown), Stopwatch.GetElapsedTime(started), api);
        }
    }

    /// <summary>The line of an answer that a page or a batch asked for.</summary>
    internal void WriteReading(Reading reading)
    {
        RequestLine line = new("READ");
        line.Take(reading);
        int status = StatusOf(reading);
        line.Set(RequestLine.Fields.Route, RequestLine.Studio);
        line.Set(RequestLine.Fields.Status, status);
        line.Set(RequestLine.Fields.DurationMs, RequestLine.Milliseconds(reading.Elapsed));
        string id = reading.Parent.TraceId == default ? ActivityTraceId.CreateRandom().ToHexString() : reading.Parent.TraceId.ToHexString();
        line.Set(RequestLine.Fields.TraceId, id);
        if (reading.Fault is { } fault)
            errors.Add(status, fault, id);
        Log(LevelOf(status, worthwhile: true), line);
    }

    private void Write(HttpContext context, RequestLine line, int status, TimeSpan elapsed, bool api)
    {
        string route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText is { } pattern ? "/" + pattern.TrimStart('/') : "unmatched";
        string id = ApiFaults.Id(context);
        metrics.Http(route, line.Method, status, elapsed);
        line.Set(RequestLine.Fields.Route, route);
        line.Set(RequestLine.Fields.Status, status);
        line.Set(RequestLine.Fields.DurationMs, RequestLine.Milliseconds(elapsed));
        line.Set(RequestLine.Fields.TraceId, id);
        line.Set(RequestLine.Fields.KeyId, Caller.Of(context.User)?.KeyId);
        // A browser that closes a page leaves its good-bye half sent: not an error of anybody.
        bool counts = api || (HttpMethods.IsPost(line.Method) && !context.Request.Path.StartsWithSegments("/_blazor"));
        if (status >= 400 && counts && !_passedOver.Contains(status))
            errors.Add(status, line.ErrorCode, id);
        // "Not ready" is what a probe asks for, every few seconds while a model loads: an answer, no error.
        bool probe = status == StatusCodes.Status503ServiceUnavailable && context.Request.Path.StartsWithSegments("/health");
        Log(probe ? LogLevel.Debug : LevelOf(status, counts), line);
    }

    private void Log(LogLevel level, RequestLine line) => logger.Log(level, _request, line, null, static (line, _) => line.ToString());

    // Pictures of pages, health and metrics come by the thousand; they are for whoever asks for Debug.
    private static LogLevel LevelOf(int status, bool worthwhile) => status >= 500 ? LogLevel.Error : worthwhile ? LogLevel.Information : LogLevel.Debug;

    private static int StatusOf(HttpContext context, int? thrown)
    {
        bool gone = context.RequestAborted.IsCancellationRequested && context.Response.StatusCode != StatusCodes.Status101SwitchingProtocols;
        return gone ? ApiFaults.ClientClosedRequest : thrown is { } status && !context.Response.HasStarted ? status : context.Response.StatusCode;
    }

    private static int StatusOf(Reading reading) => reading switch
    {
        { Result: not null } => 200,
        { Fault: null } => ApiFaults.ClientClosedRequest,
        { Fault: "picture" } => 422,
        { Fault: "request" } => 400,
        { Fault: "queue_full" } => 429,
        { Fault: "engine_dead" } => 503,
        _ => 500,
    };

    // Anybody can send any method; a label's values are kept for ever.
    private static string Method(string method) => method is "GET" or "HEAD" or "POST" or "PUT" or "DELETE" or "OPTIONS" or "PATCH" ? method : "OTHER";
}
