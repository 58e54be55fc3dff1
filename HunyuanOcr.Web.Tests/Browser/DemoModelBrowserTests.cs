using System.Text.Json;
using HunyuanOcr.Inference.Tests;
using HunyuanOcr.Web.Recognise;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HunyuanOcr.Web.Tests.Browser;

/// <summary>The whole way: a dropped sample, the trained demo model behind the real server, and boxes where the text is.</summary>
public sealed class DemoModelBrowserTests : IClassFixture<Chromium>, IDisposable
{
    private readonly Chromium _chromium;
    private readonly TestApp _app = new(new() { ["Model:Folder"] = ExportedDemoModel.Folder() }, EnginePageReader.LoadAsync);

    public DemoModelBrowserTests(Chromium chromium) => _chromium = chromium;

    public void Dispose() => _app.Dispose();

    [BrowserFact]
    public async Task A_dropped_sample_is_read_and_the_box_of_a_known_line_lies_within_2_percent_of_the_truth()
    {
        const string Sample = "01-notice-zh.jpg", Known = "停水通知";
        await using Visit visit = await Visit.OpenAsync(_chromium, _app.Listen());
        await visit.DropAsync(".drop", Path.Combine(Repository.Root, "demo-model", "samples", Sample));
        await Expect(visit.Page.Locator(".pane-foot")).ToContainTextAsync("Total", new() { Timeout = 60_000 });
        await visit.PictureAsync("demo-done");

        ILocator line = visit.Page.Locator(".lines li[data-line]").Filter(new() { HasText = Known }).First;
        await line.HoverAsync();
        LocatorBoundingBoxResult box = (await visit.Page.Locator(".ov rect.on").BoundingBoxAsync())!, page = (await visit.Page.Locator(".page img").BoundingBoxAsync())!;
        double[] found = [(box.X - page.X) / page.Width, (box.Y - page.Y) / page.Height, (box.X + box.Width - page.X) / page.Width, (box.Y + box.Height - page.Y) / page.Height];
        double[] truth = Truth(Sample, Known);
        // Three image pixels of air are drawn round every box.
        double airX = 3.0 / 500, airY = 3.0 / 520;
        double[] drawn = [truth[0] - airX, truth[1] - airY, truth[2] + airX, truth[3] + airY];
        for (int side = 0; side < 4; side++)
            Assert.InRange(found[side], drawn[side] - 0.02, drawn[side] + 0.02);
        Assert.Empty(visit.Faults);
    }

    [BrowserFact]
    public async Task A_newcomer_sees_boxes_on_a_sample_after_one_click()
    {
        await using Visit visit = await Visit.OpenAsync(_chromium, _app.Listen());
        await Expect(visit.Page.Locator(".samples-box .sample")).Not.ToHaveCountAsync(0);
        await visit.PictureAsync("empty");
        await visit.Page.Locator(".samples-box .sample").First.ClickAsync();
        await Expect(visit.Page.Locator(".pane-foot")).ToContainTextAsync("Total", new() { Timeout = 60_000 });
        Assert.NotEqual(0, await visit.Page.Locator(".lines li[data-line]").CountAsync());
        await Expect(visit.Page.Locator(".ov path[d^=M]").First).ToBeAttachedAsync();
        Assert.Empty(visit.Faults);
    }

    [BrowserFact]
    public async Task A_picture_that_breaks_off_in_the_middle_is_refused_by_the_engine_and_the_next_one_is_read()
    {
        string sample = Path.Combine(Repository.Root, "demo-model", "samples", "01-notice-zh.jpg"), broken = Path.Combine(_app.Folder, "scan.jpg");
        byte[] whole = await File.ReadAllBytesAsync(sample);
        await File.WriteAllBytesAsync(broken, whole[..(whole.Length * 6 / 10)]);
        await using Visit visit = await Visit.OpenAsync(_chromium, _app.Listen());
        await visit.DropAsync(".drop", broken);
        await Expect(visit.Page.GetByText("This picture is damaged")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Expect(visit.Page.Locator(".fault")).ToContainTextAsync("scan.jpg");

        await visit.DropAsync(".drop", sample);
        await Expect(visit.Page.Locator(".pane-foot")).ToContainTextAsync("Total", new() { Timeout = 60_000 });
        Assert.Empty(visit.Faults);
    }

    private static double[] Truth(string sample, string text)
    {
        using JsonDocument truth = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Repository.Root, "demo-model", "samples", "truth.json")));
        JsonElement line = truth.RootElement.GetProperty(sample).GetProperty("lines").EnumerateArray().Single(line => line.GetProperty("text").GetString() == text);
        return [.. line.GetProperty("box").EnumerateArray().Select(number => number.GetDouble() / 1000)];
    }
}
