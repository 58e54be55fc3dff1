using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Trace;

namespace HunyuanOcr.Web.Tests.Telemetry;

public sealed class TracesTests
{
    private static readonly string[] _names = ["POST /v1/chat/completions", "read", "queue", "vision", "prefill", "decode", "hunyuanocr"];

    [Fact]
    public async Task A_collector_gets_the_request_and_its_queue_vision_prefill_and_decode_and_no_text()
    {
        ConcurrentQueue<string> sent = new();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using WebApplication collector = builder.Build();
        collector.Urls.Add("http://127.0.0.1:0");
        collector.MapPost("/v1/traces", async (HttpRequest request) =>
        {
            using MemoryStream body = new();
            await request.Body.CopyToAsync(body);
            sent.Enqueue(Encoding.UTF8.GetString(body.ToArray()));
        });
        await collector.StartAsync();

        using TestApp app = new(new() { ["Telemetry:OtlpEndpoint"] = collector.Urls.First() + "/v1/traces" });
        // A word of its own: traces are heard in the whole process, and another test that runs meanwhile has secrets too.
        app.Reader.Script = static (_, cancellationToken) => new ScriptedAnswer([("VWQJX secret", null, 0.9)]).PlayAsync(cancellationToken);
        using HttpClient client = await MetricsTests.ReadyAsync(app);
        using HttpResponseMessage answer = await client.AskAsync(TestPictures.Png(40, 30));
        await answer.UsageAsync();
        string spans = "";
        // The request's own span ends a moment after its answer was read.
        await MetricsTests.UntilAsync(() =>
        {
            app.Services.GetRequiredService<TracerProvider>().ForceFlush(20_000);
            spans = string.Concat(sent);
            return Task.FromResult(Array.TrueForAll(_names, name => spans.Contains(name, StringComparison.Ordinal)));
        });
        Assert.DoesNotContain("VWQJX", spans, StringComparison.Ordinal);
    }
}
