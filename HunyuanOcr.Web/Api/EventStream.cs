using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace HunyuanOcr.Web.Api;

/// <summary>An answer as server-sent events: <c>data:</c> lines, each sent at once. It begins with its first line; until then a fault may still have a status of its own.</summary>
internal sealed class EventStream(HttpContext context)
{
    internal Task WriteAsync<T>(T item, JsonTypeInfo<T> type)
    {
        Begin();
        context.Response.BodyWriter.Write("data: "u8);
        using (Utf8JsonWriter writer = new(context.Response.BodyWriter, new JsonWriterOptions { Encoder = ApiJson.Encoder, SkipValidation = true }))
            JsonSerializer.Serialize(writer, item, type);
        return EndAsync();
    }

    internal Task WriteAsync(ReadOnlySpan<byte> data)
    {
        Begin();
        context.Response.BodyWriter.Write("data: "u8);
        context.Response.BodyWriter.Write(data);
        return EndAsync();
    }

    /// <summary>A comment, which clients pass over.</summary>
    internal Task BeatAsync()
    {
        Begin();
        context.Response.BodyWriter.Write(": working"u8);
        return EndAsync();
    }

    private void Begin()
    {
        if (context.Response.HasStarted)
            return;
        context.Response.ContentType = "text/event-stream; charset=utf-8";
        context.Response.Headers.CacheControl = "no-cache";
        // nginx would gather the events otherwise.
        context.Response.Headers["X-Accel-Buffering"] = "no";
    }

    private async Task EndAsync()
    {
        context.Response.BodyWriter.Write("\n\n"u8);
        // Over its time, a stream still says so; where the client has gone, nothing is waited for.
        CancellationToken gone = context.RequestAborted;
        await context.Response.BodyWriter.FlushAsync(gone.IsCancellationRequested ? CancellationToken.None : gone);
    }
}
