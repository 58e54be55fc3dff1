using HunyuanOcr.Inference.Sampling;

namespace HunyuanOcr.Inference.Engine;

/// <summary>What the engine's thread tells about a request.</summary>
internal enum RequestNewsKind
{
    /// <summary><see cref="RequestNews.Place"/> requests come before it.</summary>
    Placed,

    /// <summary>The vision tower or the decoder took it.</summary>
    Begun,

    /// <summary>The model chose <see cref="RequestNews.Choice"/>.</summary>
    Token,

    /// <summary>It ended as <see cref="RequestNews.End"/> says; nothing comes after.</summary>
    Ended,
}

/// <summary>One piece of news, a plain value so that the engine's thread writes it without allocation.</summary>
internal readonly struct RequestNews
{
    public RequestNewsKind Kind { get; private init; }

    public int Place { get; private init; }

    public TokenChoice Choice { get; private init; }

    /// <summary>When the token came.</summary>
    public long Timestamp { get; private init; }

    public RequestEnd? End { get; private init; }

    public static RequestNews Placed(int place) => new() { Kind = RequestNewsKind.Placed, Place = place };

    public static RequestNews Begun() => new() { Kind = RequestNewsKind.Begun };

    public static RequestNews Token(in TokenChoice choice, long timestamp) =>
        new() { Kind = RequestNewsKind.Token, Choice = choice, Timestamp = timestamp };

    public static RequestNews Ended(RequestEnd end) => new() { Kind = RequestNewsKind.Ended, End = end };
}

/// <summary>How a request ended on the engine's thread.</summary>
/// <param name="Reason">Why; <see cref="OcrFinishReason.Cancelled"/> where the caller went away or has read enough.</param>
/// <param name="Error">What failed; null where nothing did.</param>
internal sealed record RequestEnd(OcrFinishReason Reason, Exception? Error)
{
    public static RequestEnd Done(OcrFinishReason reason) => new(reason, null);

    public static RequestEnd Failed(Exception error) => new(OcrFinishReason.Cancelled, error);
}
