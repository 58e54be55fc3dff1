namespace HunyuanOcr.Inference;

/// <summary>Why an answer ended.</summary>
public enum OcrFinishReason
{
    /// <summary>The model ended it, or a stop string came.</summary>
    Stop,

    /// <summary>The token limit or the context was reached.</summary>
    Length,

    /// <summary>The tail repeated itself without end; the repeats are trimmed.</summary>
    Repetition,

    /// <summary>The caller cancelled.</summary>
    Cancelled,
}

/// <summary>A token that could have come.</summary>
/// <param name="Id">Token id.</param>
/// <param name="Text">Its text alone; a part of a character shows as U+FFFD.</param>
/// <param name="LogProbability">Natural logarithm of its probability, at most 0.</param>
public readonly record struct OcrAlternative(int Id, string Text, float LogProbability);

/// <summary>One token of the answer.</summary>
/// <param name="Id">Token id.</param>
/// <param name="LogProbability">Natural logarithm of its probability before temperature, at most 0.</param>
/// <param name="TextLength">UTF-16 units of the answer's text that stand complete after this token.</param>
/// <param name="Alternatives">The five likeliest tokens at this place, likeliest first.</param>
public sealed record OcrToken(int Id, float LogProbability, int TextLength, IReadOnlyList<OcrAlternative> Alternatives);

/// <summary>A box in thousandths (0 to 1000) of the upright picture's width and height, left-top and right-bottom in order.</summary>
public readonly record struct OcrBox(int Left, int Top, int Right, int Bottom);

/// <summary>One line that the model read.</summary>
/// <param name="Text">Its text.</param>
/// <param name="Box">Where it stands; null where the answer names no place.</param>
/// <param name="Confidence">Geometric mean of the probabilities of its text tokens, coordinates left out; 0 to 1.</param>
/// <param name="CharacterConfidences">For each UTF-16 unit of <paramref name="Text"/> the lowest probability among its tokens; 0 to 1.</param>
/// <param name="Start">Where its text starts in the answer, in UTF-16 units.</param>
public sealed record OcrLine(string Text, OcrBox? Box, double Confidence, IReadOnlyList<float> CharacterConfidences, int Start);

/// <summary>One field of an EXTRACT answer.</summary>
/// <param name="Name">The name that was asked or that the model gave.</param>
/// <param name="Value">Its value; null where it was not found.</param>
/// <param name="Confidence">Geometric mean of the probabilities of the value's tokens; 0 to 1.</param>
public sealed record OcrField(string Name, string? Value, double Confidence)
{
    /// <summary>Where its value starts in the answer, in UTF-16 units, behind the quote of a JSON text; -1 where it was not found.</summary>
    public int Start { get; init; } = -1;
}

/// <summary>How large a picture was and to what it was scaled for the model, in pixels, upright.</summary>
public sealed record OcrPageSize(int Width, int Height, int ScaledWidth, int ScaledHeight)
{
    /// <summary>Whether the model saw fewer pixels than the file has.</summary>
    public bool ScaledDown => (long)ScaledWidth * ScaledHeight < (long)Width * Height * 9 / 10;
}

/// <summary>Where the time of a request went.</summary>
/// <param name="Queue">From submission until its first work began.</param>
/// <param name="Picture">Decoding and resizing of its pictures.</param>
/// <param name="Vision">The vision tower; zero where the picture was known.</param>
/// <param name="Prefill">From the end of vision to the first token.</param>
/// <param name="Decode">From the first token to the last.</param>
/// <param name="FirstToken">From submission to the first token.</param>
/// <param name="Total">From submission to the end.</param>
public sealed record OcrTimings(TimeSpan Queue, TimeSpan Picture, TimeSpan Vision, TimeSpan Prefill, TimeSpan Decode, TimeSpan FirstToken, TimeSpan Total)
{
    /// <summary>Of <see cref="Queue"/>: checking and hashing the pictures and building the prompt, before the request took its place.</summary>
    public TimeSpan Intake { get; init; }

    /// <summary>Of <see cref="Vision"/>: cutting the patches into the device's memory.</summary>
    public TimeSpan Patches { get; init; }
}

/// <summary>The whole answer.</summary>
public sealed record OcrResult
{
    /// <summary>The text as the model wrote it, coordinates included.</summary>
    public required string Text { get; init; }

    /// <summary>Its lines, in reading order; empty for JSON and Markdown answers.</summary>
    public required IReadOnlyList<OcrLine> Lines { get; init; }

    /// <summary>Its fields; empty but for <see cref="OcrTask.Fields"/>.</summary>
    public required IReadOnlyList<OcrField> Fields { get; init; }

    /// <summary>Every token, in order.</summary>
    public required IReadOnlyList<OcrToken> Tokens { get; init; }

    /// <summary>Why it ended.</summary>
    public required OcrFinishReason FinishReason { get; init; }

    /// <summary>Tokens of the prompt, image tokens included.</summary>
    public required int PromptTokens { get; init; }

    /// <summary>Image tokens among them.</summary>
    public required int ImageTokens { get; init; }

    /// <summary>Pictures, in order.</summary>
    public required IReadOnlyList<OcrPageSize> Pages { get; init; }

    /// <summary>Where the time went.</summary>
    public required OcrTimings Timings { get; init; }
}
