using System.Diagnostics;
using HunyuanOcr.Web.Api;
using HunyuanOcr.Web.Api.Runs;
using HunyuanOcr.Web.Telemetry;

namespace HunyuanOcr.Web.Hosting;

/// <summary>How the server ends: not ready at once, new requests refused, running ones finished or the deadline passed, then the host stops.
/// Pages stay connected meanwhile, so that text goes on arriving.</summary>
internal sealed partial class Drain(Readings readings, ApiRuns runs, StudioOptions options, IHostApplicationLifetime lifetime, ILogger<Drain> logger)
{
    internal const string Reason = "The server is being stopped.";

    /// <summary>What connections and services have to end themselves after the last request.</summary>
    internal static readonly TimeSpan LastWait = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan _look = TimeSpan.FromMilliseconds(50);

    private int _begun;
    private int _requests;

    /// <summary>Whether nothing new is taken any more.</summary>
    internal bool Draining => Volatile.Read(ref _begun) != 0;

    /// <summary>Drains and stops the host. A second call stops it at once.</summary>
    internal async Task BeginAsync()
    {
        if (Interlocked.Exchange(ref _begun, 1) == 0)
        {
            long started = Stopwatch.GetTimestamp();
            Log.Begun(logger, Busy, options.DrainSeconds);
            // What the last answers leave for History is written as well.
            while ((Busy > 0 || runs.Waiting > 0) && Stopwatch.GetElapsedTime(started).TotalSeconds < options.DrainSeconds)
                await Task.Delay(_look);
            if (Busy > 0)
                Log.Late(logger, Busy, options.DrainSeconds);
            else
                Log.Done(logger, Stopwatch.GetElapsedTime(started).TotalSeconds);
        }
        lifetime.StopApplication();
    }

    private int Busy => Math.Max(Volatile.Read(ref _requests), readings.Count);

    /// <summary>Refuses what would begin work while the server drains, and knows how much is under way.</summary>
    internal async Task RunAsync(HttpContext context, RequestDelegate next)
    {
        if (!IsWork(context.Request))
        {
            await next(context);
            return;
        }
        // Counted before the look: what is let in is waited for.
        Interlocked.Increment(ref _requests);
        try
        {
            if (!Draining)
            {
                await next(context);
                return;
            }
            context.Response.Headers.Connection = "close";
            await (ApiFault.NotReady(Reason + " Try again in a moment: another instance, or this one started anew, answers then.", "draining") with { RetryAfter = TimeSpan.FromSeconds(5) }).ExecuteAsync(context);
        }
        finally
        {
            Interlocked.Decrement(ref _requests);
        }
    }

    private static bool IsWork(HttpRequest request) => request.Path.StartsWithSegments(ApiFaults.Root) || (request.Path.StartsWithSegments("/documents") && HttpMethods.IsPost(request.Method));

    private static partial class Log
    {
        [LoggerMessage(1201, LogLevel.Information, "Told to stop: {Busy} requests are under way and have {Seconds} seconds.")]
        internal static partial void Begun(ILogger logger, int busy, int seconds);

        [LoggerMessage(1202, LogLevel.Information, "Every request has ended after {Seconds:0.0} seconds.")]
        internal static partial void Done(ILogger logger, double seconds);

        [LoggerMessage(1203, LogLevel.Warning, "{Busy} requests have not ended within {Seconds} seconds and are cut off.")]
        internal static partial void Late(ILogger logger, int busy, int seconds);
    }
}

/// <summary>Puts draining into the app.</summary>
internal static class DrainPipeline
{
    internal static void UseDrain(this WebApplication app)
    {
        Drain drain = app.Services.GetRequiredService<Drain>();
        app.Use((context, next) => drain.RunAsync(context, next));
    }
}
