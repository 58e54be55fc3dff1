using System.Buffers;
using System.Diagnostics;
using HunyuanOcr.Web.Hosting;
using Microsoft.AspNetCore.Http.Features;

namespace HunyuanOcr.Web.Security;

/// <summary>What is left of a refused request's body. Most clients send all of it before they read: a connection that closes before that shows them "broken pipe" instead of
/// the refusal's words. So the answer goes out, and the rest is read and dropped, within bounds; nginx calls it lingering close.</summary>
internal static class BodyRest
{
    /// <summary>Most bytes that are dropped; whoever sends more is cut off.</summary>
    internal const long Most = 256 * 1024 * 1024;

    /// <summary>Longest time that it goes on, as nginx has it. A sender who drips is cut off before by <see cref="LimitOptions.MinBodyBytesPerSecond"/>.</summary>
    private static readonly TimeSpan _longest = TimeSpan.FromSeconds(30);

    /// <summary>Sets a request's own limit, beyond which its reader must stop by itself: the server's limit lies higher by what may be dropped, as reading is over once that is met.</summary>
    internal static void Limit(HttpContext context, long most)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
            feature.MaxRequestBodySize = most + Most;
    }

    /// <summary>In front of everything that may refuse.</summary>
    internal static IApplicationBuilder UseBodyRest(this IApplicationBuilder app)
    {
        TimeProvider time = app.ApplicationServices.GetRequiredService<TimeProvider>();
        return app.Use(async (context, next) =>
        {
            // Who waits to be told that the body is wanted sends none after a refusal; streams of HTTP/2 are refused one by one.
            bool sends = HttpProtocol.IsHttp11(context.Request.Protocol) && context.Request.Headers.Expect.Count == 0
                && context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true };
            await next(context);
            // 408 is the answer to a body that came too slowly: nothing more is waited for.
            if (sends && context.Response.StatusCode is >= StatusCodes.Status400BadRequest and not StatusCodes.Status408RequestTimeout && !context.RequestAborted.IsCancellationRequested)
                await DropAsync(context, time);
        });
    }

    private static async Task DropAsync(HttpContext context, TimeProvider time)
    {
        Limit(context, 0);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(81_920);
        using CancellationTokenSource late = new(_longest, time);
        try
        {
            await context.Response.CompleteAsync();
            long dropped = 0;
            for (int count; (count = await context.Request.Body.ReadAsync(buffer, late.Token)) > 0;)
                if ((dropped += count) > Most)
                    throw new IOException("The rest of the body does not end.");
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // Reading on would only be asked of the connection itself once more.
            context.Abort();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
