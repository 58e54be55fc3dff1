using System.Text.RegularExpressions;
using HunyuanOcr.Inference;
using HunyuanOcr.Web.Tests.Recognise;
using HunyuanOcr.Web.Tests.Telemetry;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HunyuanOcr.Web.Tests.Browser;

/// <summary>What can be done with a result in a real browser: tabs, search, copies, files, other questions, several pages.</summary>
public sealed partial class ResultBrowserTests : IClassFixture<Chromium>, IDisposable
{
    private const string Document = "# Heat\n\nA formula: $\\frac{\\partial u}{\\partial t} = \\alpha \\nabla^2 u$\n\n$$\nu(x,t) = \\frac{1}{\\sqrt{4\\pi\\alpha t}} \\int_{-\\infty}^{\\infty} e^{-\\frac{(x-y)^2}{4\\alpha t}} dy\n$$\n\n<table><tr><th>Item</th><th>Law</th></tr><tr><td>Lens</td><td>$E = mc^2$</td></tr></table>\n\n<script>window.taken=1</script>\n\n[click](javascript:window.taken=1)";
    private readonly Chromium _chromium;
    private readonly TestApp _app = new();
    private readonly string _files = Directory.CreateTempSubdirectory("hunyuanocr-files-").FullName;
    private readonly string _address;

    public ResultBrowserTests(Chromium chromium)
    {
        _chromium = chromium;
        _address = _app.Listen();
        _app.Reader.Script = static (request, cancel) => Answer(request).PlayAsync(cancel);
    }

    public void Dispose()
    {
        _app.Dispose();
        Directory.Delete(_files, recursive: true);
    }

    [BrowserFact]
    public async Task The_table_of_lines_is_sorted_by_a_click_and_linked_with_the_boxes()
    {
        await using Visit visit = await ReadAsync();
        await TabAsync(visit, "Lines");
        await Expect(visit.Page.Locator(".lines-tbl tbody tr")).ToHaveCountAsync(7);
        await Expect(visit.Page.Locator(".lines-tbl tbody tr").Nth(4)).ToContainTextAsync("1019, 240, 1148, 263");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Confidence" }).ClickAsync();
        await Expect(visit.Page.Locator(".lines-tbl tbody tr").First).ToHaveAttributeAsync("data-line", "7");
        await visit.Page.Locator(".lines-tbl tbody tr").Nth(1).HoverAsync();
        await Expect(visit.Page.Locator(".ov rect.on")).ToHaveAttributeAsync("data-line", "5");
        await Expect(visit.Page.Locator(".lines-tbl tr.on")).ToContainTextAsync("62.0%");
        await visit.PictureAsync("lines");
        Assert.Empty(visit.Faults);
    }

    [BrowserFact]
    public async Task Options_reach_the_engine_and_what_counts_as_doubtful_changes_at_once()
    {
        await using Visit visit = await ReadAsync();
        await Expect(visit.Page.Locator(".notes .chip.warn")).ToHaveTextAsync("2 doubtful lines");
        await visit.Page.Locator(".options-btn").ClickAsync();
        await Expect(visit.Page.Locator(".optf .prompt input")).ToBeFocusedAsync();
        await visit.Page.Locator("[data-option=doubtful]").SelectOptionAsync("60%");
        await Expect(visit.Page.Locator(".notes .chip.warn")).ToHaveTextAsync("1 doubtful line");
        await Expect(visit.Page.Locator(".lines li.dt")).ToHaveCountAsync(1);
        Assert.Single(_app.Reader.Requests);
        await Expect(visit.Page.Locator("[data-option=largest] option").First).ToHaveTextAsync("768 × 768");
        await visit.Page.Locator("[data-option=largest]").SelectOptionAsync("512 × 512");
        await visit.Page.Locator(".optf .primary").ClickAsync();
        await MetricsTests.UntilAsync(() => Task.FromResult(_app.Reader.Requests.Count == 2));
        await Expect(visit.Page.Locator(".pane[aria-busy]")).ToHaveCountAsync(0);
        await Expect(visit.Page.Locator(".notes .chip.warn")).ToHaveTextAsync("1 doubtful line");
        Assert.Equal([null, 512 * 512], _app.Reader.Requests.Select(request => request.Pictures[0].MaxPixels));
        await visit.Page.ReloadAsync();
        await visit.Page.WaitForFunctionAsync("() => document.documentElement.dataset.live === 'true'");
        await visit.Page.Locator(".options-btn").ClickAsync();
        await Expect(visit.Page.Locator("[data-option=largest]")).ToHaveValueAsync("512");
        await Expect(visit.Page.Locator("[data-option=doubtful]")).ToHaveValueAsync("60%");
        Assert.Empty(visit.Faults);
    }

    [BrowserFact]
    public async Task A_search_marks_lines_and_boxes_and_enter_goes_through_them()
    {
        await using Visit visit = await ReadAsync();
        await visit.Page.Keyboard.PressAsync("/");
        await Expect(visit.Page.Locator(".find input")).ToBeFocusedAsync();
        await visit.Page.Keyboard.TypeAsync("invoice");
        await visit.PictureAsync("find-typed");
        await Expect(visit.Page.Locator(".lines li.found")).ToHaveCountAsync(2);
        Assert.Equal(2, Regex.Count((await visit.Page.Locator(".ov path.found").GetAttributeAsync("d"))!, "M"));
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Page.Locator(".ov rect.on")).ToHaveAttributeAsync("data-line", "3");
        await visit.PictureAsync("find");
        Assert.Empty(visit.Faults);
    }

    [BrowserFact]
    public async Task Letters_typed_while_the_server_answers_stay_in_the_search_box()
    {
        await using Visit visit = await ReadAsync();
        // What the browser does with fast hands: the box has more letters than the server has heard of.
        await visit.Page.Locator(".find input").EvaluateAsync("box => { box.value = 'inv'; box.dispatchEvent(new Event('input', { bubbles: true })); box.value = 'invoice'; }");
        await Expect(visit.Page.Locator(".lines li.found")).ToHaveCountAsync(2);
        await Expect(visit.Page.Locator(".find input")).ToHaveValueAsync("invoice");
        Assert.Empty(visit.Faults);
    }

    [BrowserFact]
    public async Task A_page_read_as_a_document_shows_headings_tables_and_formulas_and_nothing_in_it_acts()
    {
        await using Visit visit = await ReadAsync();
        await TabAsync(visit, "Markdown");
        await visit.PictureAsync("markdown-ask");
        await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Read as a document" }).ClickAsync();
        await Expect(visit.Page.Locator(".md h1")).ToHaveTextAsync("Heat");
        await Expect(visit.Page.Locator(".md .katex")).ToHaveCountAsync(3);
        await Expect(visit.Page.Locator(".md td .katex")).ToBeVisibleAsync();
        await Expect(visit.Page.Locator(".md")).ToContainTextAsync("<script>window.taken=1</script>");
        await Expect(visit.Page.Locator(".md")).ToContainTextAsync("[click](javascript:window.taken=1)");
        await visit.Page.WaitForTimeoutAsync(300);
        await visit.PictureAsync("markdown");
        Assert.False(await visit.Page.EvaluateAsync<bool>("() => 'taken' in window"));
        Assert.Equal(0, await visit.Page.Locator(".md script, .md a, .md img").CountAsync());

        // The first answer is still there: its tab brings it back without reading again.
        await TabAsync(visit, "Lines");
        await Expect(visit.Page.Locator(".lines-tbl tbody tr")).ToHaveCountAsync(7);
        Assert.Equal([OcrTask.Spotting, OcrTask.Markdown], _app.Reader.Requests.Select(request => request.Task));
        Assert.All(visit.Requests, address => Assert.True(address.StartsWith(_address, StringComparison.Ordinal) || !address.StartsWith("http", StringComparison.Ordinal), address));
        Assert.Empty(visit.Faults);
    }

    [BrowserFact]
    public async Task Fields_can_be_asked_of_a_page_that_was_read_and_the_lines_stay()
    {
        _app.Reader.Script = static (request, cancel) => (request.Task == OcrTask.Fields ? new ScriptedAnswer([]) { Fields = [new("Total", "8,477.96", 0.99)], Reason = OcrFinishReason.Length } : Answer(request)).PlayAsync(cancel);
        await using Visit visit = await ReadAsync();
        await TabAsync(visit, "Fields");
        await visit.Page.Locator(".ask .add-key").FillAsync("Purchase order");
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Page.Locator(".ask .key")).ToHaveCountAsync(6);
        await visit.PictureAsync("fields-ask");
        await visit.Page.Locator(".ask .btn.primary").ClickAsync();
        await Expect(visit.Page.GetByLabel("Total", new() { Exact = true })).ToHaveValueAsync("8,477.96");
        await Expect(visit.Page.Locator(".opts .lbl")).ToHaveTextAsync(["Preset", "Fields"]);
        await Expect(visit.Page.Locator("#result .note.bad")).ToContainTextAsync("reached the limit of");
        // The lines that were read before tell where the value stands.
        await visit.Page.GetByLabel("Total", new() { Exact = true }).FocusAsync();
        await Expect(visit.Page.Locator(".ov rect.on")).ToHaveAttributeAsync("data-line", "1");
        await Expect(visit.Page.Locator(".canvas > .tag")).ToHaveTextAsync("Total");
        await visit.PictureAsync("fields-asked");
        Assert.Contains("Purchase order", _app.Reader.Requests[^1].Fields!);
        await TabAsync(visit, "Lines");
        await Expect(visit.Page.Locator(".lines-tbl tbody tr")).ToHaveCountAsync(7);
        Assert.Equal(2, _app.Reader.Requests.Count);
        Assert.Empty(visit.Faults);
    }

    [BrowserFact]
    public async Task A_translation_with_its_original_stands_side_by_side()
    {
        _app.Reader.Script = static (_, cancel) => Plain("清和超市\n收银员 03\n\nQinghe Supermarket\nCashier 03").PlayAsync(cancel);
        await using Visit visit = await Visit.OpenAsync(_chromium, _address);
        await visit.Page.GetByText("Original and translation").ClickAsync();
        await visit.DropAsync(".drop", Picture("receipt.png"));
        await Expect(visit.Page.Locator(".pairs .pair")).ToHaveCountAsync(2);
        await Expect(visit.Page.Locator(".pairs .pair").First).ToContainTextAsync("Qinghe Supermarket");
        await visit.PictureAsync("translate");
        await TabAsync(visit, "Original");
        await Expect(visit.Page.Locator(".flow p").First).ToHaveTextAsync("清和超市");
        Assert.Empty(visit.Faults);
    }

    [BrowserFact]
    public async Task Hostile_lines_are_text_in_every_tab_and_every_file()
    {
        _app.Reader.Script = static (_, cancel) => new ScriptedAnswer([.. RunTableTests.Hostile.Select(text => (text, (OcrBox?)new OcrBox(10, 10, 900, 50), 0.97))]).PlayAsync(cancel);
        await using Visit visit = await Visit.OpenAsync(_chromium, _address);
        await visit.DropAsync(".drop", Picture("x.png"));
        await Expect(visit.Page.Locator("[role=tab]").First).ToBeVisibleAsync();
        foreach (string tab in (string[])["Text", "Lines", "JSON"])
        {
            await TabAsync(visit, tab);
            await Expect(visit.Page.Locator("#result")).ToContainTextAsync("<script>alert(1)</script>");
        }
        string run = Run().Match(visit.Page.Url).Groups[1].Value;
        foreach (string format in (string[])["text", "json", "csv", "xlsx", "markdown"])
        {
            IAPIResponse file = await visit.Page.APIRequest.GetAsync($"{_address}/runs/{run}/{format}");
            Assert.Equal(200, file.Status);
            Assert.StartsWith("attachment", file.Headers["content-disposition"], StringComparison.Ordinal);
            Assert.Equal("nosniff", file.Headers["x-content-type-options"]);
            if (format == "markdown")
                Assert.DoesNotContain("<script", await file.TextAsync(), StringComparison.Ordinal);
        }
        Assert.Equal(0, await visit.Page.Locator(".pane script, .pane img, .pane a").CountAsync());
    }

    [BrowserFact]
    public async Task One_line_and_the_whole_text_can_be_copied()
    {
        await using Visit visit = await ReadAsync();
        await visit.Page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await visit.Page.Locator(".lines li[data-line='3']").HoverAsync();
        await visit.KeepAsync(".copy-line.copied");
        await visit.Page.Locator(".lines li[data-line='3'] .copy-line").ClickAsync();
        await visit.WasAsync(".copy-line.copied");
        Assert.Equal("INVOICE", await visit.Page.EvaluateAsync<string>("() => navigator.clipboard.readText()"));
        await visit.KeepAsync(".rz-notification > *");
        await visit.Page.Locator(".copy-all").ClickAsync();
        Assert.Contains("Copied", await visit.WasAsync(".rz-notification > *"), StringComparison.Ordinal);
        Assert.StartsWith("珠海兰亭光学有限公司\n", await visit.Page.EvaluateAsync<string>("() => navigator.clipboard.readText()"), StringComparison.Ordinal);
    }

    [BrowserTheory]
    [InlineData("PNG", "-boxes.png")]
    [InlineData("SVG", "-boxes.svg")]
    public async Task The_picture_with_its_boxes_is_a_file(string kind, string ending)
    {
        await using Visit visit = await ReadAsync();
        await visit.Page.Locator(".download-btn").ClickAsync();
        await visit.PictureAsync("downloads");
        IDownload file = await visit.Page.RunAndWaitForDownloadAsync(() => visit.Page.GetByRole(AriaRole.Menuitem).Filter(new() { HasText = kind }).ClickAsync());
        Assert.Equal("invoice" + ending, file.SuggestedFilename);
        byte[] bytes = await File.ReadAllBytesAsync(await file.PathAsync());
        if (kind == "PNG")
            Assert.Equal(1240, System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(16)));
        else
            Assert.Matches("""^<svg [^>]*viewBox="0 0 1240 1754".*<path d="M""", System.Text.Encoding.UTF8.GetString(bytes));
        Assert.Empty(visit.Faults);
    }

    [BrowserFact]
    public async Task Several_files_are_read_in_order_with_a_strip_of_pages()
    {
        await using Visit visit = await Visit.OpenAsync(_chromium, _address);
        await visit.DropAsync(".drop", Picture("one.png"), Picture("two.png"), Picture("three.png"));
        await Expect(visit.Page.Locator(".pages button")).ToHaveCountAsync(3);
        await Expect(visit.Page.Locator(".pages button .i")).ToHaveCountAsync(3);
        await visit.Page.Locator(".pages button").Nth(1).ClickAsync();
        await Expect(visit.Page.Locator(".pages button").Nth(1)).ToHaveAttributeAsync("aria-current", "page");
        await Expect(visit.Page.Locator(".lines li[data-line]")).ToHaveCountAsync(7);
        await visit.PictureAsync("pile");
        string pile = Pile().Match(visit.Page.Url).Groups[1].Value;
        string csv = await (await visit.Page.APIRequest.GetAsync($"{_address}/piles/{pile}/csv")).TextAsync();
        Assert.Contains("\r\n3,7,Page 1 of 1", csv, StringComparison.Ordinal);
        await visit.Page.ReloadAsync();
        await Expect(visit.Page.Locator(".pages button")).ToHaveCountAsync(3);
        Assert.Empty(visit.Faults);
    }

    [BrowserFact]
    public async Task The_pages_of_a_pdf_are_drawn_and_read()
    {
        string file = Path.Combine(_files, "report.pdf");
        await File.WriteAllBytesAsync(file, TestPdfs.Pages(4));
        await using Visit visit = await Visit.OpenAsync(_chromium, _address);
        await visit.DropAsync(".drop", file);
        await Expect(visit.Page.Locator(".pages button")).ToHaveCountAsync(4);
        await Expect(visit.Page.Locator(".pages button .i")).ToHaveCountAsync(4);
        await Expect(visit.Page.Locator(".taskbar")).ToContainTextAsync("4 pages");
        await visit.Page.Locator(".pages button").Nth(2).ClickAsync();
        await Expect(visit.Page.Locator(".page img")).ToBeVisibleAsync();
        await visit.PictureAsync("pdf");
        Assert.Equal(4, _app.Reader.Requests.Count);
        Assert.Empty(visit.Faults);
    }

    [BrowserFact]
    public async Task Sets_of_fields_are_kept_in_the_browser()
    {
        await using Visit visit = await Visit.OpenAsync(_chromium, _address);
        await visit.Page.GetByText("Pick fields").ClickAsync();
        await visit.Page.Locator(".add-key").FillAsync("Purchase order");
        await visit.Page.Keyboard.PressAsync("Enter");
        await visit.Page.Locator(".save-preset").ClickAsync();
        await visit.Page.GetByLabel("Name of the preset").FillAsync("Orders");
        await visit.Page.Keyboard.PressAsync("Enter");
        await Expect(visit.Page.Locator(".preset.own")).ToContainTextAsync("Orders");
        await visit.Page.ReloadAsync();
        await visit.Page.WaitForFunctionAsync("() => document.documentElement.dataset.live === 'true'");
        await visit.Page.GetByText("Pick fields").ClickAsync();
        await visit.Page.Locator(".preset.own button").First.ClickAsync();
        await Expect(visit.Page.Locator(".key")).ToHaveCountAsync(6);
        await visit.PictureAsync("presets");
        Assert.Empty(visit.Faults);
    }

    [BrowserFact]
    public async Task The_page_weighs_less_than_one_and_a_half_megabytes_before_the_first_drop()
    {
        await using Visit visit = await Visit.OpenAsync(_chromium, _address);
        // Until a second passes in which nothing has come. A connection that stays open, as the page's own does, is no reason to wait.
        await visit.Page.EvaluateAsync("() => new Promise(done => { let before = -1; const look = () => { const count = performance.getEntriesByType('resource').length; if (count === before) done(); else { before = count; setTimeout(look, 1000); } }; look(); })");
        long[] sizes = await visit.Page.EvaluateAsync<long[]>("() => [...performance.getEntriesByType('resource'), ...performance.getEntriesByType('navigation')].map(entry => entry.transferSize)");
        Assert.InRange(sizes.Sum(), 50_000, 1_500_000);
        IAPIResponse script = await visit.Page.APIRequest.GetAsync(_address + "/studio.css", new() { Headers = [new("Accept-Encoding", "gzip")] });
        Assert.Equal("gzip", script.Headers["content-encoding"]);
    }

    [BrowserFact]
    public async Task Right_to_left_and_vertical_lines_stand_as_they_are_read()
    {
        _app.Reader.Script = static (_, cancel) => new ScriptedAnswer([("شارع الميناء 14", new OcrBox(500, 100, 900, 130), 0.98), ("空山新雨後", new OcrBox(800, 200, 840, 700), 0.97)]).PlayAsync(cancel);
        await using Visit visit = await Visit.OpenAsync(_chromium, _address);
        await visit.DropAsync(".drop", Picture("scripts.png"));
        // The lines of a reading that goes on are taken away when it ends: they have no place between the two.
        await Expect(visit.Page.Locator(".pane:not([aria-busy])")).ToBeVisibleAsync();
        ILocator arabic = visit.Page.Locator(".lines li[data-line='1'] [data-text]");
        await Expect(arabic).ToHaveAttributeAsync("lang", "ar");
        await Expect(arabic).ToHaveCSSAsync("direction", "rtl");
        LocatorBoundingBoxResult number = (await visit.Page.Locator(".lines li[data-line='1'] .n").BoundingBoxAsync())!, text = (await arabic.BoundingBoxAsync())!;
        Assert.True(number.X < text.X, "the number stays left");
        await visit.Page.Locator(".lines li[data-line='2']").HoverAsync();
        await Expect(visit.Page.Locator(".ov rect.on")).ToHaveAttributeAsync("data-line", "2");
        await visit.PictureAsync("scripts");
        Assert.Empty(visit.Faults);
    }

    private async Task<Visit> ReadAsync()
    {
        Visit visit = await Visit.OpenAsync(_chromium, _address);
        await visit.DropAsync(".drop", Picture("invoice.png"));
        await Expect(visit.Page.GetByText("2 doubtful lines")).ToBeVisibleAsync();
        return visit;
    }

    private static Task TabAsync(Visit visit, string name) => visit.Page.GetByRole(AriaRole.Tab).Filter(new() { HasText = name }).First.ClickAsync();

    private static ScriptedAnswer Answer(OcrRequest request) => request.Task == OcrTask.Markdown ? Plain(Document) : ScriptedAnswer.Invoice;

    /// <summary>An answer without lines, as the engine gives for documents and translations.</summary>
    private static ScriptedAnswer Plain(string text) => new([]) { Plain = text };

    private string Picture(string name)
    {
        string path = Path.Combine(_files, name);
        File.WriteAllBytes(path, TestPictures.Png(1240, 1754));
        return path;
    }

    [GeneratedRegex("run=([0-9a-f]+)")]
    private static partial Regex Run();

    [GeneratedRegex("pile=([0-9a-f]+)")]
    private static partial Regex Pile();
}
