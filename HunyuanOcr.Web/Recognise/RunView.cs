using HunyuanOcr.Inference;

namespace HunyuanOcr.Web.Recognise;

/// <summary>Where a run is.</summary>
public enum RunPhase
{
    /// <summary>The model itself is still getting ready.</summary>
    GettingReady,

    /// <summary>Waits for its turn.</summary>
    Queued,

    /// <summary>The vision tower reads the picture.</summary>
    Picture,

    /// <summary>Text comes.</summary>
    Text,

    /// <summary>Ended with a result.</summary>
    Done,

    /// <summary>The visitor cancelled; what was read stays.</summary>
    Cancelled,

    /// <summary>Ended by an error; what was read stays.</summary>
    Failed,
}

/// <summary>Why a run failed, in a form that the page has words for.</summary>
/// <param name="Code">"picture", "request", "queue_full", "engine", "engine_dead", "engine_stopped" or "internal"; in a batch also "gone" or "interrupted".</param>
/// <param name="Detail">The engine's own sentence.</param>
/// <param name="Request">Names the run in the log.</param>
/// <param name="Refusal">Where the picture is to blame.</param>
public sealed record RunFault(string Code, string Detail, string Request, Documents.DocumentRefusal? Refusal = null)
{
    /// <summary>Whether the file itself is to blame: reading the same bytes again is in vain.</summary>
    internal bool IsOfFile => Code == "picture" && Refusal is not { MayPass: true };
}

/// <summary>What a page draws of a run: a picture of one moment.</summary>
public sealed record RunView
{
    /// <summary>Names the run in addresses.</summary>
    public required string Id { get; init; }

    /// <summary>What was asked.</summary>
    public required ReadingTask Task { get; init; }

    /// <summary>What is read.</summary>
    public required Documents.StoredDocument Document { get; init; }

    /// <summary>Where it stands in a pile; null for a picture that is read by itself.</summary>
    public PilePlace? Place { get; init; }

    /// <summary>Where it is.</summary>
    public required RunPhase Phase { get; init; }

    /// <summary>Requests that come before it while it waits.</summary>
    public required int Ahead { get; init; }

    /// <summary>To what the picture was scaled; null until it is known.</summary>
    public required OcrPageSize? Page { get; init; }

    /// <summary>Lines that are complete.</summary>
    public required IReadOnlyList<OcrLine> Lines { get; init; }

    /// <summary>The line that is being written; the whole answer where it has no lines.</summary>
    public required string Tail { get; init; }

    /// <summary>Tokens so far.</summary>
    public required int Tokens { get; init; }

    /// <summary>Time in the queue, so far or in all.</summary>
    public required TimeSpan Queue { get; init; }

    /// <summary>Time on the picture, so far or in all.</summary>
    public required TimeSpan Picture { get; init; }

    /// <summary>Time on the text, so far or in all.</summary>
    public required TimeSpan Text { get; init; }

    /// <summary>From the start to the first token; null until it comes.</summary>
    public required TimeSpan? FirstToken { get; init; }

    /// <summary>From the start until now or the end.</summary>
    public required TimeSpan Total { get; init; }

    /// <summary>The whole answer; null until it is there.</summary>
    public required OcrResult? Result { get; init; }

    /// <summary>Why it failed; null where it did not.</summary>
    public required RunFault? Fault { get; init; }

    /// <summary>Which engine read it; null where none has begun, or in runs that older versions kept.</summary>
    public ReadBy? By { get; init; }

    /// <summary>Whether it still works.</summary>
    public bool IsRunning => Phase <= RunPhase.Text;

    /// <summary>Tokens a second since the first one; 0 until two have come.</summary>
    public double TokensPerSecond =>
        Result is { Timings.Decode.TotalSeconds: > 0 and double seconds } ? (Tokens - 1) / seconds
        : FirstToken is { } first && Total > first && Tokens > 1 ? (Tokens - 1) / (Total - first).TotalSeconds
        : 0;
}
