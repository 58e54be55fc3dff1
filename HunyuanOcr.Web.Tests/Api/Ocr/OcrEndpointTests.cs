using System.Net;
using System.Text.Json;
using HunyuanOcr.Inference;

namespace HunyuanOcr.Web.Tests.Api.Ocr;

public sealed class OcrEndpointTests : IDisposable
{
    private readonly TestApp _app = new(new() { ["Limits:MaxUploadMegabytes"] = "1", ["Limits:MaxTokens"] = "4096" });

    public void Dispose() => _app.Dispose();

    [Fact]
    public async Task A_picture_is_answered_with_lines_in_thousandths_and_in_its_own_pixels()
    {
        using HttpClient client = await OcrCalls.ReadyAsync(_app);
        (HttpStatusCode status, JsonElement answer) = await OcrCalls.SendAsync(client, TestPictures.Png(2000, 1000), "发票.png");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(("ocr", "ok", "发票.png", "image/png", 1), (answer.Text("task"), answer.Text("status"), answer.GetProperty("file").Text("name"), answer.GetProperty("file").Text("type"), answer.GetProperty("file").GetProperty("pages").GetInt32()));
        JsonElement page = answer.Page(0), line = page.GetProperty("lines")[2];
        Assert.Equal((2000, 1000, 7), (page.GetProperty("width").GetInt32(), page.GetProperty("height").GetInt32(), page.GetProperty("lines").GetArrayLength()));
        Assert.Equal("INVOICE", line.Text("text"));
        Assert.Equal([719, 52, 926, 87], line.GetProperty("box").EnumerateArray().Select(side => side.GetInt32()));
        Assert.Equal([1438, 52, 1852, 87], line.GetProperty("pixels").EnumerateArray().Select(side => side.GetInt32()));
        Assert.True(page.GetProperty("lines")[6].GetProperty("doubtful").GetBoolean());
        Assert.StartsWith("珠海兰亭光学有限公司\nZhuhai", page.Text("text"), StringComparison.Ordinal);
        Assert.Contains("(719,52),(926,87)", page.Text("answer"), StringComparison.Ordinal);
        Assert.Equal(("stop", 300, 280), (page.Text("finish_reason"), answer.GetProperty("usage").GetProperty("prompt_tokens").GetInt32(), answer.GetProperty("usage").GetProperty("image_tokens").GetInt32()));
        Assert.Equal(0.42, page.GetProperty("seconds").GetProperty("first_token").GetDouble());
        Assert.Equal("scaled_down", page.GetProperty("warnings")[0].Text("code"));
    }

    [Fact]
    public async Task Every_task_and_option_reaches_the_engine_as_it_was_asked()
    {
        using HttpClient client = await OcrCalls.ReadyAsync(_app);
        byte[] picture = TestPictures.Png(80, 80);
        Assert.Equal(OcrTask.Spotting, (await AskedAsync()).Task);
        Assert.Equal(OcrTask.Markdown, (await AskedAsync(("task", "markdown"))).Task);
        OcrRequest fields = await AskedAsync(("task", "EXTRACT"), ("fields", "单号, 日期"), ("fields", "[\"total, net\"]"));
        Assert.Equal((OcrTask.Fields, "单号|日期|total, net"), (fields.Task, string.Join('|', fields.Fields)));
        OcrRequest translation = await AskedAsync(("task", "translate"), ("target", "zh"));
        Assert.Equal((OcrTask.Translation, "zh"), (translation.Task, translation.TargetLanguage));
        OcrRequest free = await AskedAsync(("prompt", "How many stamps?"));
        Assert.Equal((OcrTask.Free, "How many stamps?"), (free.Task, free.Prompt));
        SamplingOptions sampling = (await AskedAsync(("temperature", "0.5"), ("top_p", "0.9"), ("top_k", "7"), ("seed", "11"), ("repetition_penalty", "1.1"), ("stop", "END"), ("stop", "。"))).Sampling;
        Assert.Equal((0.5, 0.9, 7, 11ul, 1.1, "END|。"), (sampling.Temperature!.Value, sampling.TopP!.Value, sampling.TopK!.Value, sampling.Seed!.Value, sampling.RepetitionPenalty!.Value, string.Join('|', sampling.Stop)));
        Assert.Equal(12, (await AskedAsync(("max_tokens", "12"))).MaxTokens);

        async Task<OcrRequest> AskedAsync(params (string, string)[] texts)
        {
            (HttpStatusCode status, JsonElement body) = await OcrCalls.SendAsync(client, picture, "a.png", texts);
            Assert.True(status == HttpStatusCode.OK, body.ToString());
            return _app.Reader.Requests[^1];
        }
    }

    [Fact]
    public async Task Fields_and_Markdown_stand_in_their_own_places()
    {
        using HttpClient client = await OcrCalls.ReadyAsync(_app);
        _app.Reader.Script = (_, cancel) => (new ScriptedAnswer([("| a |", null, 0.9)]) with { Fields = [new("单号", "LT-1", 0.98764), new("date", null, 0)], Reason = OcrFinishReason.Length }).PlayAsync(cancel);
        JsonElement fields = (await OcrCalls.SendAsync(client, TestPictures.Png(80, 80), "a.png", ("task", "extract"), ("fields", "单号,date"))).Body.Page(0);
        Assert.Equal("[{\"name\":\"单号\",\"value\":\"LT-1\",\"confidence\":0.9876},{\"name\":\"date\",\"value\":null,\"confidence\":0}]", fields.GetProperty("fields").GetRawText());
        Assert.False(fields.TryGetProperty("markdown", out _));
        JsonElement markdown = (await OcrCalls.SendAsync(client, TestPictures.Png(80, 80), "a.png", ("task", "markdown"))).Body.Page(0);
        Assert.Equal("| a |\n", markdown.Text("markdown"));
        Assert.Contains(markdown.GetProperty("warnings").EnumerateArray(), warning => warning.Text("code") == "cut_at_token_limit");
    }

    public static TheoryData<string, string, string, string> WrongTexts() => new()
    {
        { "task", "read", "task", "invalid_value" },
        { "task", "extract", "fields", "missing_parameter" },
        { "task", "prompt", "prompt", "missing_parameter" },
        { "fields", "name", "fields", "invalid_value" },
        { "target", "en", "target", "invalid_value" },
        { "pages", "2", "pages", "invalid_value" },
        { "pages", "x", "pages", "invalid_value" },
        { "temperature", "hot", "temperature", "invalid_value" },
        { "temperature", "3", "temperature", "invalid_value" },
        { "max_tokens", "0", "max_tokens", "invalid_value" },
        { "max_tokens", "4097", "max_tokens", "invalid_value" },
        { "repetition_penalty", "2.1", "repetition_penalty", "invalid_value" },
        { "top_p", "0", "top_p", "invalid_value" },
        { "stop", new string('x', 257), "stop", "invalid_value" },
        { "seed", "-1", "seed", "invalid_value" },
        { "stream", "maybe", "stream", "invalid_value" },
        { "n", "2", "n", "unknown_parameter" },
        { "language", "en", "language", "unknown_parameter" },
    };

    [Theory]
    [MemberData(nameof(WrongTexts))]
    public async Task A_wrong_text_is_refused_by_its_name(string name, string value, string param, string code)
    {
        using HttpClient client = await OcrCalls.ReadyAsync(_app);
        (HttpStatusCode status, JsonElement body) = await OcrCalls.SendAsync(client, TestPictures.Png(80, 80), "a.png", (name, value));
        JsonElement error = body.GetProperty("error");
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request_error", param, code), (status, error.Text("type"), error.Text("param"), error.Text("code")));
        Assert.Empty(_app.Reader.Requests);
    }

    // Not at discovery: megabytes as the name of a test cost xunit gigabytes and minutes.
    public static TheoryData<byte[], string, int, string> WrongFiles() => new()
    {
        { TestPictures.Word(), "Tenancy agreement.jpg", 415, "unsupported_media_type" },
        { "<svg xmlns='http://www.w3.org/2000/svg'/>"u8.ToArray(), "a.png", 415, "unsupported_media_type" },
        { "<html><script>alert(1)</script>"u8.ToArray(), "a.png", 415, "unsupported_media_type" },
        { "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>"u8.ToArray(), "a.pdf", 415, "unsupported_media_type" },
        { "GET / HTTP/1.1"u8.ToArray(), "a.png", 415, "unsupported_media_type" },
        { [], "a.png", 422, "empty" },
        { TestPictures.Png(40, 40)[..25], "a.png", 422, "damaged" },
        { TestPictures.Bomb(30_000, 30_000), "a.png", 413, "too_many_pixels" },
        { TestPictures.Png(1, 400), "a.png", 422, "aspect_ratio" },
        { [.. TestPictures.Png(8, 8), .. new byte[1024 * 1024]], "a.png", 413, "too_large" },
        { new byte[3 * 1024 * 1024], "a.png", 413, "too_large" },
    };

    [Theory]
    [MemberData(nameof(WrongFiles), DisableDiscoveryEnumeration = true)]
    public async Task A_wrong_file_is_refused_before_the_engine_sees_it_and_nothing_of_it_is_kept(byte[] file, string name, int status, string code)
    {
        using HttpClient client = await OcrCalls.ReadyAsync(_app);
        (HttpStatusCode found, JsonElement body) = await OcrCalls.SendAsync(client, file, name);
        JsonElement error = body.GetProperty("error");
        Assert.Equal((status, "invalid_request_error", "file", code), ((int)found, error.Text("type"), error.Text("param"), error.Text("code")));
        Assert.Empty(_app.Reader.Requests);
        Assert.Empty(Left());
    }

    [Fact]
    public async Task A_form_without_a_file_with_two_or_of_another_type_is_refused()
    {
        using HttpClient client = await OcrCalls.ReadyAsync(_app);
        Assert.Equal("missing_parameter", (await OcrCalls.SendAsync(client, null, "", ("task", "ocr"))).Body.GetProperty("error").Text("code"));
        using MultipartFormDataContent two = OcrCalls.Form(TestPictures.Png(8, 8));
        two.Add(new ByteArrayContent(TestPictures.Png(8, 8)), "file", "b.png");
        using HttpResponseMessage twice = await client.PostAsync(OcrCalls.Route, two);
        Assert.Contains("too_many_files", await twice.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using HttpResponseMessage json = await client.PostAsync(OcrCalls.Route, new StringContent("{}", System.Text.Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, json.StatusCode);
        using HttpResponseMessage broken = await client.PostAsync(OcrCalls.Route, new ByteArrayContent("--x\r\nno form"u8.ToArray()) { Headers = { { "Content-Type", "multipart/form-data; boundary=x" } } });
        Assert.Contains("invalid_form", await broken.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Empty(Left());
    }

    [Theory]
    [InlineData("invoice.pdf.exe.png", "invoice.pdf.exe.png")]
    [InlineData("../../../etc/passwd", "passwd")]
    [InlineData("C:\\fakepath\\CON", "CON")]
    [InlineData("a%00.png", "a%00.png")]
    [InlineData("NUL.png", "NUL.png")]
    public async Task A_hostile_file_name_is_shown_and_is_never_a_path(string name, string shown)
    {
        using HttpClient client = await OcrCalls.ReadyAsync(_app);
        (HttpStatusCode status, JsonElement answer) = await OcrCalls.SendAsync(client, TestPictures.Png(80, 80), name);
        Assert.Equal((HttpStatusCode.OK, shown), (status, answer.GetProperty("file").Text("name")));
        Assert.Empty(Left());
    }

    [Fact]
    public async Task A_name_of_three_hundred_characters_is_cut_for_showing()
    {
        using HttpClient client = await OcrCalls.ReadyAsync(_app);
        Assert.Equal(120, (await OcrCalls.SendAsync(client, TestPictures.Png(80, 80), new string('x', 296) + ".png")).Body.GetProperty("file").Text("name").Length);
    }

    [Fact]
    public async Task A_full_queue_is_429_with_a_time_to_come_again()
    {
        using HttpClient client = await OcrCalls.ReadyAsync(_app);
        _app.Reader.Script = (_, _) => throw new OcrQueueFullException(256);
        using MultipartFormDataContent form = OcrCalls.Form(TestPictures.Png(80, 80));
        using HttpResponseMessage answer = await client.PostAsync(OcrCalls.Route, form);
        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.Contains("queue_full", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_goes_away_ends_its_reading_and_leaves_no_file()
    {
        using HttpClient client = await OcrCalls.ReadyAsync(_app);
        _app.Reader.Script = static (_, cancel) => (ScriptedAnswer.Invoice with { Hold = (2, Task.Delay(Timeout.Infinite, cancel)) }).PlayAsync(cancel);
        using CancellationTokenSource gone = new();
        using MultipartFormDataContent form = OcrCalls.Form(TestPictures.Png(80, 80));
        Task<HttpResponseMessage> call = client.PostAsync(OcrCalls.Route, form, gone.Token);
        await UntilAsync(() => _app.Reader.Running == 1);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await UntilAsync(() => _app.Reader.Running == 0 && !Left().Any());
    }

    private IEnumerable<string> Left() => Directory.EnumerateFiles(Path.Combine(_app.Folder, "data", "incoming"));

    private static async Task UntilAsync(Func<bool> condition)
    {
        for (int i = 0; i < 1500 && !condition(); i++)
            await Task.Delay(20);
        Assert.True(condition());
    }
}
