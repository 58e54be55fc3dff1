using HunyuanOcr.Inference;

namespace HunyuanOcr.Web.Api;

/// <summary>Answers as /v1/chat/completions tells them.</summary>
/// <param name="alternatives">Alternatives of each token; null tells no log-probabilities.</param>
internal sealed class ChatShape(AnswerHead head, int choices, int? alternatives) : AnswerShape
{
    private readonly TokenTexts[] _texts = [.. Enumerable.Range(0, choices).Select(_ => new TokenTexts())];

    internal override Task WriteAsync(HttpContext context, IReadOnlyList<OcrResult> answers) => context.Response.WriteAsJsonAsync(
        new ChatCompletion(head.Id, "chat.completion", head.Created, head.Model,
            [.. answers.Select((answer, i) => new ChatChoice(i, new ChatAnswer("assistant", answer.Text), Chances(i, answer.Text, answer.Tokens), FinishReason.Of(answer), FinishReason.Detail(answer)))],
            Usage.Of([.. answers]), head.Fingerprint),
        ApiJson.Readable.ChatCompletion, cancellationToken: context.RequestAborted);

    internal override Task BeginAsync(EventStream stream, int index) => SendAsync(stream, new ChatChunkChoice(index, new ChatDelta { Role = "assistant", Content = "" }, null, null));

    internal override Task WriteAsync(EventStream stream, int index, OcrDelta delta) => SendAsync(stream, new ChatChunkChoice(index, new ChatDelta { Content = delta.Text }, Chances(index, delta.Text, delta.Tokens), null));

    internal override Task EndAsync(EventStream stream, int index, OcrResult answer) =>
        SendAsync(stream, new ChatChunkChoice(index, new ChatDelta(), null, FinishReason.Of(answer)) { StopReason = FinishReason.Detail(answer) });

    internal override Task WriteAsync(EventStream stream, Usage usage) => stream.WriteAsync(Chunk([]) with { Usage = usage }, ApiJson.Readable.ChatCompletionChunk);

    private Task SendAsync(EventStream stream, ChatChunkChoice choice) => stream.WriteAsync(Chunk([choice]), ApiJson.Readable.ChatCompletionChunk);

    private ChatCompletionChunk Chunk(IReadOnlyList<ChatChunkChoice> some) => new(head.Id, "chat.completion.chunk", head.Created, head.Model, some, head.Fingerprint);

    private ChatChances? Chances(int index, string text, IReadOnlyList<OcrToken> tokens)
    {
        if (alternatives is not { } most)
            return null;
        _texts[index].Append(text);
        return TokenChances.ForChat(tokens, _texts[index], most);
    }
}
