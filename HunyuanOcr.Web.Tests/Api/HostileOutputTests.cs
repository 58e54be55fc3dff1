using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using HunyuanOcr.Inference;
using HunyuanOcr.Web.Tests.Api.Ocr;
using HunyuanOcr.Web.Tests.Telemetry;

namespace HunyuanOcr.Web.Tests.Api;

/// <summary>Whatever a model writes stays inside its JSON string and inside its event.</summary>
public sealed class HostileOutputTests
{
    private const string Hostile = "\"}]}\n\ndata: [DONE]\n\nevent: done\r\ndata: {\"error\":1}\r\n\u2028\u2029\u0000\u001b[31m\\u0041\\\t\ud800 lone \udc00<script>alert(1)</script>=cmd|' /C calc'!A0\u0085\ufeff😀";

    // JSON has no half characters: each becomes U+FFFD.
    private static readonly string _told = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(Hostile));

    [Fact]
    public async Task A_whole_answer_is_one_JSON_object_with_the_text_as_it_was()
    {
        using TestApp app = Scripted();
        using HttpClient client = await MetricsTests.ReadyAsync(app);
        using HttpResponseMessage answer = await client.AskAsync(TestPictures.Png(40, 30));
        Assert.Equal(_told, DemoServer.ChatText(Strict(await answer.Content.ReadAsByteArrayAsync())));

        using MultipartFormDataContent form = OcrCalls.Form(TestPictures.Png(40, 30), "a.png", ("task", "text"));
        using HttpResponseMessage ocr = await client.PostAsync(OcrCalls.Route, form);
        Assert.Equal(_told, (string?)Strict(await ocr.Content.ReadAsByteArrayAsync())["pages"]![0]!["answer"]);
    }

    [Fact]
    public async Task A_stream_has_one_line_an_event_and_its_pieces_are_the_text_as_it_was()
    {
        using TestApp app = Scripted();
        using HttpClient client = await MetricsTests.ReadyAsync(app);
        using HttpResponseMessage answer = await client.AskAsync(TestPictures.Png(40, 30), stream: true);
        string[] events = Encoding.UTF8.GetString(await answer.Content.ReadAsByteArrayAsync()).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.All(events, one => Assert.Single(one.Split('\n', '\r', '\u2028', '\u0085')));
        Assert.Equal(events.Length - 1, Array.IndexOf(events, "data: [DONE]"));
        Assert.Equal(_told, string.Concat(events[..^1].Select(one => (string?)Strict(Encoding.UTF8.GetBytes(one["data: ".Length..]))["choices"]![0]!["delta"]?["content"])));
    }

    [Fact]
    public async Task Events_of_ocr_hold_nothing_but_their_own_lines()
    {
        using TestApp app = Scripted();
        using HttpClient client = await MetricsTests.ReadyAsync(app);
        List<(string Event, JsonElement Data)> events = await OcrCalls.StreamAsync(client, TestPictures.Png(40, 30), "a.png", ("task", "text"));
        Assert.Equal(_told, string.Concat(events.Where(one => one.Event == "text.delta").Select(one => one.Data.Text("text"))));
        Assert.Equal(_told, events.Single(one => one.Event == "page.done").Data.Text("answer"));
        Assert.Equal("done", events[^1].Event);
        Assert.Single(events, one => one.Event == "done");
    }

    /// <summary>An answer in one piece, as the engine never hands on half a character between two.</summary>
    private static TestApp Scripted()
    {
        TestApp app = new();
        app.Reader.Script = static (_, cancellationToken) => PlayAsync();
        return app;

        static async IAsyncEnumerable<OcrEvent> PlayAsync()
        {
            await foreach (OcrEvent happened in (ScriptedAnswer.Invoice with { Lines = [], Plain = "", Pace = TimeSpan.Zero }).PlayAsync(CancellationToken.None))
            {
                OcrToken token = new(1, -0.01f, Hostile.Length, []);
                if (happened is OcrFinished finished)
                {
                    yield return new OcrDelta(Hostile, [token], []);
                    yield return new OcrFinished(finished.Result with { Text = Hostile, Tokens = [token] });
                }
                else
                {
                    yield return happened;
                }
            }
        }
    }

    private static JsonNode Strict(byte[] json) => JsonNode.Parse(new UTF8Encoding(false, true).GetString(json), documentOptions: new() { AllowDuplicateProperties = false })!;
}
