using System.Diagnostics;
using HunyuanOcr.Inference;

namespace HunyuanOcr.Web.Telemetry;

/// <summary>One answer while it is made: what is counted of it, never what it says. One caller at a time.</summary>
internal sealed class Reading(OcrRequest request, StudioMetrics metrics)
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private long _lastToken;
    private long _begun;

    /// <summary>The request's HTTP line; null for pages and batches.</summary>
    internal RequestLine? Line { get; init; }

    internal DateTimeOffset Began { get; } = DateTimeOffset.UtcNow;

    /// <summary>The recorded span that was current when it was asked for; none for pages, whose circuit is not recorded.</summary>
    internal ActivityContext Parent { get; } = Activity.Current is { Recorded: true } current ? current.Context : default;

    internal OcrTask Task => request.Task;

    internal int Pictures => request.Pictures.Count;

    /// <summary>Whether its first work has begun.</summary>
    internal bool Running { get; private set; }

    /// <summary>Since its first work began; zero before.</summary>
    internal TimeSpan Worked => Running ? Stopwatch.GetElapsedTime(_begun) : default;

    internal TimeSpan Elapsed => Stopwatch.GetElapsedTime(_started);

    internal TimeSpan? FirstToken { get; private set; }

    internal int Tokens { get; private set; }

    internal IReadOnlyList<OcrPageSize> Pages { get; private set; } = [];

    internal OcrResult? Result { get; private set; }

    /// <summary>Why it failed; null where it did not.</summary>
    internal string? Fault { get; private set; }

    internal void Take(OcrEvent happened)
    {
        switch (happened)
        {
            case OcrReading reading:
                Begin();
                Pages = reading.Pages;
                foreach (OcrPageSize page in reading.Pages)
                    metrics.Page(page);
                break;
            case OcrDelta { Tokens.Count: > 0 and var count }:
                Begin();
                long now = Stopwatch.GetTimestamp();
                TimeSpan? since = FirstToken is null ? null : Stopwatch.GetElapsedTime(_lastToken, now);
                if (since is null)
                    metrics.FirstToken((FirstToken = Elapsed).Value);
                _lastToken = now;
                Tokens += count;
                metrics.Tokens(count, since);
                break;
            case OcrFinished finished:
                Result = finished.Result;
                break;
        }
    }

    private void Begin()
    {
        if (Running)
            return;
        Running = true;
        _begun = Stopwatch.GetTimestamp();
    }

    /// <summary>The stream ended with an error; a cancelled one is no failure.</summary>
    internal void Failed(Exception e) => Fault = e switch
    {
        OperationCanceledException => null,
        OcrPictureException => "picture",
        OcrRequestException => "request",
        OcrQueueFullException => "queue_full",
        OcrEngineException { EngineDead: true } => "engine_dead",
        OcrEngineException => "engine",
        _ => "internal",
    };
}
