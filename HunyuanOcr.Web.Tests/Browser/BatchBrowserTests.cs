using HunyuanOcr.Inference;
using HunyuanOcr.Web.Tests.Batches;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HunyuanOcr.Web.Tests.Browser;

/// <summary>The Batch page in a real browser.</summary>
public sealed class BatchBrowserTests : IClassFixture<Chromium>, IDisposable
{
    private readonly Chromium _chromium;
    private readonly TestApp _app = new(new() { ["Batch:Parallel"] = "2" });
    private readonly string _address;
    private readonly string _files = Directory.CreateTempSubdirectory("hunyuanocr-batch-").FullName;
    private readonly TaskCompletionSource _hold = new();

    public BatchBrowserTests(Chromium chromium)
    {
        _chromium = chromium;
        _app.Reader.Script = (request, cancellationToken) => request.Pictures[0].Name switch
        {
            "cut.png" => (ScriptedAnswer.Long(40) with { Reason = OcrFinishReason.Length, Pace = TimeSpan.Zero }).PlayAsync(cancellationToken),
            "clean.png" => (ScriptedAnswer.Long(66) with { Pace = TimeSpan.Zero }).PlayAsync(cancellationToken),
            "held.png" => (ScriptedAnswer.Long(66) with { Pace = TimeSpan.Zero, Hold = (14, _hold.Task) }).PlayAsync(cancellationToken),
            string name when name.EndsWith(" 3", StringComparison.Ordinal) => (ScriptedAnswer.Long(20) with { Pace = TimeSpan.Zero, Hold = (3, _hold.Task) }).PlayAsync(cancellationToken),
            _ => (ScriptedAnswer.Invoice with { Pace = TimeSpan.Zero }).PlayAsync(cancellationToken),
        };
        _address = _app.Listen();
    }

    public void Dispose()
    {
        _app.Dispose();
        Directory.Delete(_files, recursive: true);
    }

    [BrowserTheory]
    [InlineData("batch-light", "en-GB", ColorScheme.Light, 1440, 900)]
    [InlineData("batch-dark", "en-GB", ColorScheme.Dark, 1440, 900)]
    [InlineData("batch-zh", "zh-CN", ColorScheme.Light, 1440, 900)]
    [InlineData("batch-mobile", "en-GB", ColorScheme.Light, 390, 844)]
    public async Task Dropped_files_are_read_and_every_state_is_shown(string name, string language, ColorScheme theme, int width, int height)
    {
        await using Visit visit = await OpenAsync(language, theme, width, height);
        IPage page = visit.Page;
        await Expect(page.Locator("h1")).ToBeVisibleAsync();
        await visit.PictureAsync(name + "-start");
        Assert.Empty(await AccessibilityBrowserTests.FaultsAsync(page));
        string[] files = [Sample("clean.png", "03-invoice-zh.png"), Pdf("report.pdf", 5), Write("word.docx", TestPictures.Word()), Write("cut.png", TestPictures.Png(300, 400)), Sample("doubt.png", "03-invoice-zh.png"), Sample("held.png", "03-invoice-zh.png"), Write("next.png", TestPictures.Png(310, 400)), Write("later.png", TestPictures.Png(320, 400))];
        await page.Locator("#file").SetInputFilesAsync(files);
        await Expect(page.Locator("tbody tr[aria-rowindex]")).ToHaveCountAsync(8);
        await Expect(page.Locator("tr.reading")).ToHaveCountAsync(2);
        await Expect(page.Locator("tr.failed")).ToHaveCountAsync(1);
        await page.WaitForFunctionAsync("() => !document.querySelector('.batch > .note .ring') && [...document.images].every(i => i.complete)");
        await page.WaitForTimeoutAsync(1500);
        await visit.PictureAsync(name);
        Assert.Empty(await AccessibilityBrowserTests.FaultsAsync(page));
        Assert.True(await page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= innerWidth"), "The page scrolls sideways.");
        _hold.SetResult();
        await Expect(page.Locator("tr.done")).ToHaveCountAsync(7);
        await page.WaitForTimeoutAsync(500);
        await visit.PictureAsync(name + "-done");
        Assert.Empty(visit.Faults);
    }

    [BrowserFact]
    public async Task A_batch_is_filtered_sorted_searched_downloaded_and_opened()
    {
        _hold.SetResult();
        await using Visit visit = await OpenAsync();
        IPage page = visit.Page;
        await page.Locator("#file").SetInputFilesAsync([Sample("clean.png", "03-invoice-zh.png"), Write("word.docx", TestPictures.Word()), Write("cut.png", TestPictures.Png(300, 400)), Sample("doubt.png", "03-invoice-zh.png")]);
        await Expect(page.Locator("tr.done")).ToHaveCountAsync(3);
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Failed") }).ClickAsync();
        await Expect(page.Locator("tbody tr[aria-rowindex]")).ToHaveCountAsync(1);
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new("^All") }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Lines" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Lines" }).ClickAsync();
        await Expect(page.Locator("tbody tr[aria-rowindex]").First).ToContainTextAsync("clean.png");
        await page.GetByLabel("Find a file").FillAsync("CUT");
        await Expect(page.Locator("tbody tr[aria-rowindex]")).ToHaveCountAsync(1);
        Assert.Matches("^batches/[0-9a-f]{32}/files/[0-9a-f]{32}/text$", await page.Locator("tbody a[download]").GetAttributeAsync("href") ?? "");
        await page.GetByRole(AriaRole.Button, new() { Name = "Download all" }).ClickAsync();
        await visit.PictureAsync("batch-download");
        IDownload download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Menuitem, new() { NameRegex = new("XLSX") }).ClickAsync());
        Assert.EndsWith(".xlsx", download.SuggestedFilename, StringComparison.Ordinal);
        await page.GetByRole(AriaRole.Link, new() { Name = "cut.png", Exact = true }).ClickAsync();
        await Expect(page.Locator("h1")).ToContainTextAsync("cut.png");
        await page.GotoAsync(_address + "/batch");
        await Expect(page.Locator(".batches li")).ToHaveCountAsync(1);
        Assert.Empty(visit.Faults);
    }

    [BrowserFact]
    public async Task A_thousand_files_are_drawn_a_few_at_a_time()
    {
        await using Visit visit = await OpenAsync();
        byte[] zip = BatchReadingTests.Zip([.. Enumerable.Range(1, 1000).Select(i => ($"{i:D4}.png", TestPictures.Png(32 + (i % 7), 32)))]);
        await visit.Page.Locator("#file").SetInputFilesAsync(Write("scans.zip", zip));
        await Expect(visit.Page.Locator("header .num")).ToContainTextAsync("1,000 files");
        await Expect(visit.Page.Locator("table")).ToHaveAttributeAsync("aria-rowcount", "1001");
        // Rows come once the browser has said how many fit.
        await Expect(visit.Page.Locator("tr[aria-rowindex='2']")).ToBeInViewportAsync();
        Assert.InRange(await visit.Page.Locator("tbody tr[aria-rowindex]").CountAsync(), 5, 60);
        await visit.PictureAsync("batch-thousand");
        await visit.Page.EvaluateAsync("() => scrollTo(0, document.documentElement.scrollHeight)");
        await Expect(visit.Page.Locator("tr[aria-rowindex='1001']")).ToBeInViewportAsync();
        Assert.InRange(await visit.Page.Locator("tbody tr[aria-rowindex]").CountAsync(), 5, 60);
        await visit.Page.EvaluateAsync("() => scrollTo(0, 0)");
        await Expect(visit.Page.Locator("tr[aria-rowindex='2']")).ToBeInViewportAsync();
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Pause" }).ClickAsync();
        await Expect(visit.Page.GetByRole(AriaRole.Button, new() { Name = "Resume" })).ToBeVisibleAsync();
        Assert.Empty(visit.Faults);
    }

    private Task<Visit> OpenAsync(string language = "en-GB", ColorScheme theme = ColorScheme.Light, int width = 1440, int height = 900) =>
        Visit.OpenAsync(_chromium, _address + "/batch", new() { Locale = language, ColorScheme = theme, ViewportSize = new() { Width = width, Height = height } });

    private string Sample(string name, string sample) => Write(name, File.ReadAllBytes(Path.Combine(Repository.Root, "demo-model", "samples", sample)));

    private string Pdf(string name, int pages) => Write(name, TestPdfs.Pages(pages));

    private string Write(string name, byte[] content)
    {
        string path = Path.Combine(_files, name);
        File.WriteAllBytes(path, content);
        return path;
    }
}
