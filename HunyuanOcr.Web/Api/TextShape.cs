using HunyuanOcr.Inference;

namespace HunyuanOcr.Web.Api;

/// <summary>Answers as /v1/completions tells them.</summary>
/// <param name="alternatives">Alternatives of each token; null tells no log-probabilities.</param>
internal sealed class TextShape(AnswerHead head, int choices, int? alternatives) : AnswerShape
{
    private readonly TokenTexts[] _texts = [.. Enumerable.Range(0, choices).Select(_ => new TokenTexts())];

    internal override Task WriteAsync(HttpContext context, IReadOnlyList<OcrResult> answers) => context.Response.WriteAsJsonAsync(
        Piece([.. answers.Select((answer, i) => new TextChoice(i, answer.Text, Chances(i, answer.Text, answer.Tokens), FinishReason.Of(answer), FinishReason.Detail(answer)))]) with { Usage = Usage.Of([.. answers]) },
        ApiJson.Readable.TextCompletion, cancellationToken: context.RequestAborted);

    internal override Task WriteAsync(EventStream stream, int index, OcrDelta delta) => SendAsync(stream, new TextChoice(index, delta.Text, Chances(index, delta.Text, delta.Tokens), null, null));

    internal override Task EndAsync(EventStream stream, int index, OcrResult answer) => SendAsync(stream, new TextChoice(index, "", null, FinishReason.Of(answer), FinishReason.Detail(answer)));

    internal override Task WriteAsync(EventStream stream, Usage usage) => stream.WriteAsync(Piece([]) with { Usage = usage }, ApiJson.Readable.TextCompletion);

    private Task SendAsync(EventStream stream, TextChoice choice) => stream.WriteAsync(Piece([choice]), ApiJson.Readable.TextCompletion);

    private TextCompletion Piece(IReadOnlyList<TextChoice> some) => new(head.Id, "text_completion", head.Created, head.Model, some, head.Fingerprint);

    private TextChances? Chances(int index, string text, IReadOnlyList<OcrToken> tokens)
    {
        if (alternatives is not { } most)
            return null;
        _texts[index].Append(text);
        return TokenChances.ForText(tokens, _texts[index], most);
    }
}
