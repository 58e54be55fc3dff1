using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;

namespace HunyuanOcr.Web.Api.Ocr;

/// <summary>News as server-sent events.</summary>
internal static class OcrEvents
{
    /// <summary>Names of all events, in the order in which they come.</summary>
    internal static IReadOnlyList<string> Names { get; } = ["started", "page.queued", "page.started", "text.delta", "line.done", "page.done", "done", "error"];

    internal static SseItem<string> Of(OcrNews news) => news switch
    {
        OcrStarted started => new(JsonSerializer.Serialize(started, OcrAnswerJson.Readable.OcrStarted), "started"),
        OcrPageQueued queued => new(JsonSerializer.Serialize(queued, OcrAnswerJson.Readable.OcrPageQueued), "page.queued"),
        OcrPageStarted page => new(JsonSerializer.Serialize(page, OcrAnswerJson.Readable.OcrPageStarted), "page.started"),
        OcrTextDelta delta => new(JsonSerializer.Serialize(delta, OcrAnswerJson.Readable.OcrTextDelta), "text.delta"),
        OcrLineDone line => new(JsonSerializer.Serialize(line, OcrAnswerJson.Readable.OcrLineDone), "line.done"),
        OcrPageDone done => new(JsonSerializer.Serialize(done.Page, OcrAnswerJson.Readable.OcrPageAnswer), "page.done"),
        OcrDone done => new(JsonSerializer.Serialize(done, OcrAnswerJson.Readable.OcrDone), "done"),
        _ => throw new InvalidOperationException($"{news.GetType().Name} has no event."),
    };

    /// <summary>The last event of a stream that failed as a whole.</summary>
    internal static SseItem<string> Of(ApiFault fault) => new(Encoding.UTF8.GetString(fault.ToJson()), "error");
}
