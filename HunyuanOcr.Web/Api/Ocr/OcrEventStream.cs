using System.Net.ServerSentEvents;

namespace HunyuanOcr.Web.Api.Ocr;

/// <summary>An answer as server-sent events with names. ASP.NET Core's own result stops writing with the request's token; here an answer over its time still says so in its last event.</summary>
internal sealed class OcrEventStream(IAsyncEnumerable<SseItem<string>> events) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        ArgumentNullException.ThrowIfNull(httpContext);
        HttpResponse response = httpContext.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        // A proxy in front must not gather the events.
        response.Headers["X-Accel-Buffering"] = "no";
        // The events end with the request; who reads too slowly is cut off by the server's own limit.
        return SseFormatter.WriteAsync(events, response.Body, CancellationToken.None);
    }
}
