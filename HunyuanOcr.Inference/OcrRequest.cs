namespace HunyuanOcr.Inference;

/// <summary>What is asked of a picture; each has the official wording of the model's authors.</summary>
public enum OcrTask
{
    /// <summary>Text lines with boxes (<c>OCR::</c>).</summary>
    Spotting,

    /// <summary>Text without boxes.</summary>
    Text,

    /// <summary>Document to Markdown, tables as HTML, formulas as LaTeX.</summary>
    Markdown,

    /// <summary>Named fields as JSON (<c>EXTRACT::</c>); the names stand in <see cref="OcrRequest.Fields"/>.</summary>
    Fields,

    /// <summary>Translation (<c>TRANSLATE::</c>) into <see cref="OcrRequest.TargetLanguage"/>.</summary>
    Translation,

    /// <summary>The caller's own wording in <see cref="OcrRequest.Prompt"/>, which may begin with a prefix such as <c>OCR::</c>.</summary>
    Free,
}

/// <summary>One picture of a request.</summary>
/// <param name="Bytes">The file as it came: JPEG, PNG, WebP, TIFF or GIF. It is not copied: the bytes must not change until the request has ended.</param>
/// <param name="Name">What messages call it, usually the file's name.</param>
public sealed record OcrPicture(ReadOnlyMemory<byte> Bytes, string Name)
{
    /// <summary>Most pixels that the model sees of it, within the checkpoint's own limits: less is quicker and loses small print. Null takes the checkpoint's most.</summary>
    public long? MaxPixels { get; init; }
}

/// <summary>How the next token is chosen. A property left null takes the checkpoint's own default.</summary>
public sealed record SamplingOptions
{
    /// <summary>0 is greedy; otherwise 0 to 2.</summary>
    public double? Temperature { get; init; }

    /// <summary>Choose among the k likeliest tokens; 0 means all.</summary>
    public int? TopK { get; init; }

    /// <summary>Choose among the likeliest tokens that together reach this probability, above 0 to 1.</summary>
    public double? TopP { get; init; }

    /// <summary>Above 1 makes tokens of prompt and answer less likely to come again; 1 is off.</summary>
    public double? RepetitionPenalty { get; init; }

    /// <summary>The same seed gives the same text, whatever else runs beside it; null draws one.</summary>
    public ulong? Seed { get; init; }

    /// <summary>The answer ends before any of these strings; at most 16.</summary>
    public IReadOnlyList<string> Stop { get; init; } = [];
}

/// <summary>One question about one or more pictures.</summary>
public sealed record OcrRequest
{
    /// <summary>The pictures, in the order of the prompt; none is allowed for a plain text prompt.</summary>
    public IReadOnlyList<OcrPicture> Pictures { get; init; } = [];

    /// <summary>What is asked.</summary>
    public OcrTask Task { get; init; } = OcrTask.Spotting;

    /// <summary>The prompt of <see cref="OcrTask.Free"/>; for other tasks a refinement that replaces the official wording when not empty.</summary>
    public string? Prompt { get; init; }

    /// <summary>A system message; null sends none, an empty one is sent.</summary>
    public string? System { get; init; }

    /// <summary>Field names of <see cref="OcrTask.Fields"/>.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    /// <summary>Target of <see cref="OcrTask.Translation"/>: <c>en</c> or <c>zh</c>.</summary>
    public string TargetLanguage { get; init; } = "en";

    /// <summary>Most tokens of the answer; null takes what is left of the context.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>How tokens are chosen.</summary>
    public SamplingOptions Sampling { get; init; } = new();

    /// <summary>Ends the answer with <see cref="OcrFinishReason.Repetition"/> when its tail repeats without end.</summary>
    public bool StopOnRepetition { get; init; } = true;
}
