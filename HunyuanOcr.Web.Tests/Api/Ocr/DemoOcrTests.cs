using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using HunyuanOcr.Web.Documents.Pdf;

namespace HunyuanOcr.Web.Tests.Api.Ocr;

/// <summary>POST /v1/ocr with the real engine and the demo model.</summary>
[Collection(DemoServerUse.Name)]
public sealed class DemoOcrTests(DemoServer server)
{
    private static readonly (string, string)[] _greedy = [("temperature", "0"), ("max_tokens", "40")];

    [Fact]
    public async Task A_picture_is_read_as_chat_reads_it_and_its_stream_says_the_same()
    {
        byte[] picture = DemoServer.Document("11-sign-zh.png");
        JsonElement page = await SameAsync(picture, "sign.png", 1);
        (int status, JsonNode chat) = await server.PostAsync("chat/completions", DemoServer.ChatBody("OCR::", "11-sign-zh.png", 40));
        Assert.Equal((200, DemoServer.ChatText(chat)), (status, page.Text("answer")));
        Assert.NotEmpty(page.GetProperty("lines").EnumerateArray());
        Assert.All(page.GetProperty("lines").EnumerateArray(), line => Assert.InRange(line.GetProperty("confidence").GetDouble(), 0, 1));
    }

    [SkippableFact]
    public async Task Both_pages_of_a_PDF_are_read_in_order_and_the_stream_says_the_same()
    {
        Skip.If(PopplerTools.OfMachine().Missing.Count > 0, "poppler-utils is not installed.");
        await SameAsync(TestPdfs.Pages(2), "two.pdf", 2);
    }

    /// <returns>The first page of the whole answer.</returns>
    private async Task<JsonElement> SameAsync(byte[] file, string name, int count)
    {
        (HttpStatusCode status, JsonElement whole) = await OcrCalls.SendAsync(server.Http, file, name, _greedy);
        Assert.True(status == HttpStatusCode.OK, whole.GetRawText());
        List<(string Event, JsonElement Data)> events = await OcrCalls.StreamAsync(server.Http, file, name, _greedy);
        JsonElement[] done = [.. events.Where(one => one.Event == "page.done").Select(one => one.Data)];
        Assert.Equal(count, whole.GetProperty("pages").GetArrayLength());
        Assert.Equal(Enumerable.Range(1, count), done.Select(page => page.GetProperty("page").GetInt32()));
        for (int i = 0; i < count; i++)
        {
            JsonElement page = whole.Page(i);
            Assert.Equal(i + 1, page.GetProperty("page").GetInt32());
            Assert.Equal("ok", page.Text("status"));
            foreach (string part in (string[])["answer", "text", "lines", "finish_reason", "width", "height", "usage"])
                Assert.Equal(page.GetProperty(part).GetRawText(), done[i].GetProperty(part).GetRawText());
            Assert.Equal(page.Text("answer"), string.Concat(events.Where(one => one.Event == "text.delta" && one.Data.GetProperty("page").GetInt32() == i + 1).Select(one => one.Data.Text("text"))));
        }
        Assert.Equal(("done", "ok"), (events[^1].Event, events[^1].Data.Text("status")));
        await server.IdleAsync();
        return whole.Page(0);
    }
}
