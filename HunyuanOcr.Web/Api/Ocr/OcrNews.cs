using System.ComponentModel;

namespace HunyuanOcr.Web.Api.Ocr;

/// <summary>What a stream of /v1/ocr tells, each as an event of its own name.</summary>
internal abstract record OcrNews;

/// <summary>Event "started": the file was taken.</summary>
internal sealed record OcrStarted : OcrNews
{
    public required string Id { get; init; }

    public required string Model { get; init; }

    public required string Task { get; init; }

    public required OcrFileAnswer File { get; init; }

    [Description("The pages that will be read, in order.")]
    public required IReadOnlyList<int> Pages { get; init; }
}

/// <summary>Event "page.queued": the page waits; sent again whenever its place changes.</summary>
internal sealed record OcrPageQueued : OcrNews
{
    public required int Page { get; init; }

    [Description("Requests that come before it.")]
    public required int Ahead { get; init; }
}

/// <summary>Event "page.started": the model looks at the page.</summary>
internal sealed record OcrPageStarted : OcrNews
{
    public required int Page { get; init; }

    public required int Width { get; init; }

    public required int Height { get; init; }

    public double? Dpi { get; init; }
}

/// <summary>Event "text.delta": the answer grew.</summary>
internal sealed record OcrTextDelta : OcrNews
{
    public required int Page { get; init; }

    [Description("What the answer grew by; never half a character.")]
    public required string Text { get; init; }
}

/// <summary>Event "line.done": a line is complete.</summary>
internal sealed record OcrLineDone : OcrNews
{
    public required int Page { get; init; }

    public required OcrLineAnswer Line { get; init; }
}

/// <summary>Event "page.done": the page is read, or its error is known; once for each page.</summary>
internal sealed record OcrPageDone(OcrPageAnswer Page) : OcrNews;

/// <summary>Event "done": the end.</summary>
internal sealed record OcrDone : OcrNews
{
    public required string Id { get; init; }

    public required string Status { get; init; }

    public required OcrUsageAnswer Usage { get; init; }

    public required OcrSecondsAnswer Seconds { get; init; }
}
