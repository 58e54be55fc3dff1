using HunyuanOcr.Inference;

namespace HunyuanOcr.Web.Api;

/// <summary>What every piece of one answer begins with.</summary>
/// <param name="Id">The answer's id.</param>
/// <param name="Created">Seconds since 1970.</param>
/// <param name="Model">The model as the caller named it.</param>
/// <param name="Fingerprint">Names the weights and their precision.</param>
internal sealed record AnswerHead(string Id, long Created, string Model, string Fingerprint);

/// <summary>One of the two routes' way to say the same.</summary>
internal abstract class AnswerShape
{
    /// <summary>Sends whole answers.</summary>
    internal abstract Task WriteAsync(HttpContext context, IReadOnlyList<OcrResult> answers);

    /// <summary>Sends what comes before an answer's first text.</summary>
    internal virtual Task BeginAsync(EventStream stream, int index) => Task.CompletedTask;

    /// <summary>Sends new text.</summary>
    internal abstract Task WriteAsync(EventStream stream, int index, OcrDelta delta);

    /// <summary>Sends why an answer ended.</summary>
    internal abstract Task EndAsync(EventStream stream, int index, OcrResult answer);

    /// <summary>Sends the count of tokens.</summary>
    internal abstract Task WriteAsync(EventStream stream, Usage usage);
}
