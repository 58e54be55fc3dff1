using System.Net;
using System.Text.Json.Nodes;
using HunyuanOcr.Web.Tests.Api;
using HunyuanOcr.Web.Tests.Api.Ocr;
using HunyuanOcr.Web.Tests.Telemetry;

namespace HunyuanOcr.Web.Tests.Security;

public sealed class RequestTimeoutTests
{
    [Fact]
    public async Task An_answer_that_takes_too_long_is_given_up_with_504_and_stops_being_read()
    {
        using TestApp app = Stuck(0);
        using HttpClient client = await ReadyAsync(app);
        using HttpResponseMessage chat = await client.AskAsync(TestPictures.Png(40, 30));
        JsonNode error = await ApiCalls.ErrorAsync(chat, 504);
        Assert.Equal(("request_timeout", "timeout_error"), ((string?)error["code"], (string?)error["type"]));
        Assert.Contains("Limits:RequestTimeout", (string?)error["message"], StringComparison.Ordinal);

        (HttpStatusCode status, System.Text.Json.JsonElement body) = await OcrCalls.SendAsync(client, TestPictures.Png(40, 30));
        Assert.Equal((HttpStatusCode.GatewayTimeout, "request_timeout"), (status, body.GetProperty("error").Text("code")));
        await MetricsTests.UntilAsync(() => Task.FromResult(app.Reader.Running == 0));
        // A request is counted a moment after its answer went out.
        await MetricsTests.UntilAsync(async () => (await client.MetricsAsync()).Sum("hunyuanocr_http_requests_total", "status=\"504\"") == 2);
    }

    [Fact]
    public async Task A_stream_that_takes_too_long_says_so_in_its_last_event()
    {
        using TestApp app = Stuck(2);
        using HttpClient client = await ReadyAsync(app);
        using HttpResponseMessage answer = await client.AskAsync(TestPictures.Png(40, 30), stream: true);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        string[] events = (await answer.Content.ReadAsStringAsync()).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains("\"code\":\"request_timeout\"", events[^2], StringComparison.Ordinal);
        Assert.Equal("data: [DONE]", events[^1]);
        await MetricsTests.UntilAsync(() => Task.FromResult(app.Reader.Running == 0));
    }

    [Fact]
    public async Task A_stream_of_ocr_that_takes_too_long_says_so_in_its_last_event()
    {
        using TestApp app = Stuck(2);
        using HttpClient client = await ReadyAsync(app);
        List<(string Event, System.Text.Json.JsonElement Data)> events = await OcrCalls.StreamAsync(client, TestPictures.Png(40, 30));
        Assert.Equal(2, events.Count(happened => happened.Event == "line.done"));
        Assert.Equal(("error", "request_timeout"), (events[^1].Event, events[^1].Data.GetProperty("error").Text("code")));
        Assert.DoesNotContain(events, happened => happened.Event is "done" or "page.done");
        await MetricsTests.UntilAsync(() => Task.FromResult(app.Reader.Running == 0));
    }

    /// <summary>An app whose answers stop for good after some lines.</summary>
    private static TestApp Stuck(int lines)
    {
        TestApp app = new(new() { ["Limits:RequestTimeout"] = "2" });
        app.Reader.Script = (_, cancellationToken) => (ScriptedAnswer.Invoice with { Hold = (lines, new TaskCompletionSource().Task) }).PlayAsync(cancellationToken);
        return app;
    }

    private static async Task<HttpClient> ReadyAsync(TestApp app)
    {
        HttpClient client = new() { BaseAddress = new(app.Listen()) };
        await ApiCalls.ReadyAsync(client);
        return client;
    }
}
