using System.Net;
using System.Text.Json;
using HunyuanOcr.Inference;
using HunyuanOcr.Web.Documents;
using HunyuanOcr.Web.Recognise;

namespace HunyuanOcr.Web.Tests.Recognise;

public sealed class RunDownloadsTests
{
    [Fact]
    public async Task Json_holds_boxes_in_pixels_of_the_upright_picture()
    {
        using JsonDocument json = JsonDocument.Parse(RunJson.Of(await ViewAsync(ScriptedAnswer.Invoice)));
        JsonElement line = json.RootElement.GetProperty("lines")[4];
        Assert.Equal("LT-2024-0318", line.GetProperty("text").GetString());
        Assert.Equal([1019, 240, 1148, 263], line.GetProperty("box").EnumerateArray().Select(number => number.GetInt32()));
        Assert.Equal(0.62, line.GetProperty("confidence").GetDouble());
        Assert.Equal("stop", json.RootElement.GetProperty("finish_reason").GetString());
    }

    [Fact]
    public async Task Text_is_one_line_a_line_without_coordinates() =>
        Assert.StartsWith("珠海兰亭光学有限公司\nZhuhai Lanting Optics Co., Ltd.\nINVOICE\n", RunText.Of(await ViewAsync(ScriptedAnswer.Invoice)), StringComparison.Ordinal);

    [Fact]
    public async Task Fields_are_names_with_values()
    {
        RunView view = await ViewAsync(new ScriptedAnswer([]) { Fields = [new OcrField("Total", "8", 1), new OcrField("Order", null, 0)] });
        Assert.Equal("Total: 8\nOrder: ", RunText.Of(view));
    }

    [Fact]
    public async Task A_run_of_somebody_else_cannot_be_downloaded()
    {
        using TestApp app = new();
        Assert.Equal(HttpStatusCode.NotFound, (await app.CreateClient().GetAsync(new Uri("/runs/0123456789abcdef0123456789abcdef/json", UriKind.Relative))).StatusCode);
    }

    private static async Task<RunView> ViewAsync(ScriptedAnswer answer)
    {
        StoredDocument document = new("d", "o", "a.png", "c", "image/png", 10, 1240, 1754, DateTimeOffset.UnixEpoch);
        return await RecogniseRunTests.ReadAsync(document, new ScriptedReader { Script = (_, cancel) => (answer with { Pace = TimeSpan.Zero }).PlayAsync(cancel) });
    }
}
