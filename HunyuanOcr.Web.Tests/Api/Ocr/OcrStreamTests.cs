using System.Net;
using System.Text.Json;
using HunyuanOcr.Inference;

namespace HunyuanOcr.Web.Tests.Api.Ocr;

public sealed class OcrStreamTests : IDisposable
{
    private readonly TestApp _app = new();

    public void Dispose() => _app.Dispose();

    [Fact]
    public async Task The_stream_tells_start_text_lines_and_end_and_says_the_same_as_the_whole_answer()
    {
        using HttpClient client = await OcrCalls.ReadyAsync(_app);
        byte[] picture = TestPictures.Png(1240, 1754);
        List<(string Event, JsonElement Data)> events = await OcrCalls.StreamAsync(client, picture);
        Assert.Equal(["started", "page.queued", "page.started"], events.Take(3).Select(happened => happened.Event));
        Assert.Equal(["page.done", "done"], events.TakeLast(2).Select(happened => happened.Event));
        Assert.Equal(7, events.Count(happened => happened.Event == "line.done"));
        JsonElement whole = (await OcrCalls.SendAsync(client, picture)).Body.Page(0), streamed = events[^2].Data;
        Assert.Equal(whole.Text("answer"), string.Concat(events.Where(happened => happened.Event == "text.delta").Select(happened => happened.Data.Text("text"))));
        Assert.Equal(whole.GetRawText(), streamed.GetRawText());
        Assert.Equal("ok", events[^1].Data.Text("status"));
    }

    [Fact]
    public async Task What_is_wrong_before_the_first_word_is_an_HTTP_error_and_no_stream()
    {
        using HttpClient client = await OcrCalls.ReadyAsync(_app);
        _app.Reader.Script = (_, _) => throw new OcrRequestException("Sampling.TopK", "TopK must be at least 0.");
        (HttpStatusCode status, JsonElement body) = await OcrCalls.SendAsync(client, TestPictures.Png(80, 80), "a.png", ("stream", "true"));
        Assert.Equal((HttpStatusCode.BadRequest, "top_k"), (status, body.GetProperty("error").Text("param")));
    }

    [Fact]
    public async Task An_engine_that_fails_in_mid_stream_ends_the_page_with_its_error()
    {
        using HttpClient client = await OcrCalls.ReadyAsync(_app);
        _app.Reader.Script = static (_, cancel) => (ScriptedAnswer.Invoice with { Fail = (2, new OcrEngineException("out of memory", engineDead: false)) }).PlayAsync(cancel);
        List<(string Event, JsonElement Data)> events = await OcrCalls.StreamAsync(client, TestPictures.Png(80, 80));
        Assert.Equal(["page.done", "done"], events.TakeLast(2).Select(happened => happened.Event));
        Assert.Equal(("error", "server_error"), (events[^2].Data.Text("status"), events[^2].Data.GetProperty("error").Text("type")));
        Assert.Equal("failed", events[^1].Data.Text("status"));
    }

    [Fact]
    public async Task A_reader_that_leaves_the_stream_ends_the_reading()
    {
        using HttpClient client = await OcrCalls.ReadyAsync(_app);
        _app.Reader.Script = static (_, cancel) => (ScriptedAnswer.Invoice with { Hold = (2, Task.Delay(Timeout.Infinite, cancel)) }).PlayAsync(cancel);
        using (HttpRequestMessage request = new(HttpMethod.Post, OcrCalls.Route) { Content = OcrCalls.Form(TestPictures.Png(80, 80), "a.png", ("stream", "true")) })
        using (HttpResponseMessage answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead))
        using (Stream stream = await answer.Content.ReadAsStreamAsync())
            Assert.True(await stream.ReadAsync(new byte[64]) > 0);
        for (int i = 0; i < 1500 && _app.Reader.Running > 0; i++)
            await Task.Delay(20);
        Assert.Equal(0, _app.Reader.Running);
    }
}
