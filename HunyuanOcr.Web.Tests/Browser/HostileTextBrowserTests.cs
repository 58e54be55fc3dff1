using HunyuanOcr.Inference;
using HunyuanOcr.Web.Persistence;
using HunyuanOcr.Web.Tests.Recognise;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HunyuanOcr.Web.Tests.Browser;

/// <summary>A page and a file name that want to harm: on every page that shows them nothing in them runs, opens, loads or leads anywhere.</summary>
public sealed class HostileTextBrowserTests : IClassFixture<Chromium>, IDisposable
{
    private const string Name = "<img src=x onerror=\"window.taken=1\">.png";
    private static readonly string[] _markup =
    [
        "<script>window.taken=1</script>", "<svg onload=\"window.taken=1\"><a href=\"javascript:window.taken=1\">x</a></svg>", "<iframe srcdoc=\"<script>parent.taken=1</script>\"></iframe>",
        "[x](javascript:window.taken=1)", "![x](http://elsewhere.invalid/x.png)", "<style>*{display:none}</style>", "<table><tr><td onclick=\"window.taken=1\"><a href=\"data:text/html,x\">cell</a></td></tr></table>",
        "$\\href{javascript:window.taken=1}{x}$", "</textarea></pre><b>out</b>", "\u202Egnp.exe",
    ];
    private readonly Chromium _chromium;
    private readonly TestApp _app = new();
    private readonly string _address;

    public HostileTextBrowserTests(Chromium chromium)
    {
        _chromium = chromium;
        _address = _app.Listen();
        _app.Reader.Script = static (request, cancel) => (request.Task == OcrTask.Markdown
            ? new ScriptedAnswer([]) { Plain = string.Join("\n\n", _markup) }
            : new ScriptedAnswer([.. RunTableTests.Hostile.Concat(_markup).Select((text, line) => (text, (OcrBox?)new OcrBox(10, 10 + (line * 40), 900, 40 + (line * 40)), 0.97))])).PlayAsync(cancel);
    }

    public void Dispose() => _app.Dispose();

    [BrowserFact]
    public async Task Nothing_of_a_hostile_page_acts_on_any_page_or_in_any_file()
    {
        string file = Path.Combine(_app.Folder, Name);
        await File.WriteAllBytesAsync(file, TestPictures.Png(1240, 1754));
        await using Visit visit = await Visit.OpenAsync(_chromium, _address);
        IPage page = visit.Page;
        List<string> faults = [];
        page.Dialog += (_, dialog) => { faults.Add("dialog: " + dialog.Message); _ = dialog.DismissAsync(); };
        await visit.DropAsync(".drop", file);
        await Expect(page.Locator("[role=tab]").First).ToBeVisibleAsync();
        string run = page.Url.Split("run=")[1];
        foreach (string tab in (string[])["Text", "Lines", "Fields", "JSON"])
        {
            await page.GetByRole(AriaRole.Tab).Filter(new() { HasText = tab }).First.ClickAsync();
            await LookAsync("Recognise, " + tab, tab == "Fields" ? null : _markup[0]);
        }
        await page.GetByRole(AriaRole.Tab).Filter(new() { HasText = "Markdown" }).First.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Read as a document" }).ClickAsync();
        await Expect(page.Locator(".md")).ToContainTextAsync("[x](javascript:window.taken=1)");
        await LookAsync("Recognise, Markdown", null);

        await EveryPage.GoAsync(page, _address + "/history");
        await Expect(page.Locator(".hist li").First).ToContainTextAsync(Name);
        await LookAsync("History", null);
        await page.Locator("#history-search").FillAsync("<script>");
        await Expect(page.Locator(".hist mark").First).ToHaveTextAsync("<script>");
        await LookAsync("History, searched", "<script>");
        string token;
        await using (StudioDatabase database = _app.Services.GetRequiredService<IDbContextFactory<StudioDatabase>>().CreateDbContext())
            token = (await _app.Services.GetRequiredService<RunHistory>().ShareAsync((await database.Runs.SingleAsync(row => row.Id == run)).Owner, run))!;
        await EveryPage.GoAsync(page, $"{_address}/shared/{token}");
        await LookAsync("Shared", _markup[0]);

        foreach (string format in (string[])["text", "json", "csv", "xlsx", "markdown"])
        {
            IAPIResponse export = await page.APIRequest.GetAsync($"{_address}/runs/{run}/{format}");
            if (export.Status != 200 || !export.Headers["content-disposition"].StartsWith("attachment", StringComparison.Ordinal) || export.Headers["x-content-type-options"] != "nosniff" || export.Headers["content-type"].Contains("html", StringComparison.Ordinal))
                faults.Add($"{format}: {export.Status} {export.Headers["content-type"]} {export.Headers.GetValueOrDefault("content-disposition")}");
            string text = await export.TextAsync();
            if (format == "markdown" && (text.Contains("<script", StringComparison.OrdinalIgnoreCase) || text.Contains("<iframe", StringComparison.OrdinalIgnoreCase)))
                faults.Add("markdown: holds markup that runs");
        }
        Assert.Empty(faults);
        Assert.All(visit.Requests, address => Assert.True(address.StartsWith(_address, StringComparison.Ordinal) || !address.StartsWith("http", StringComparison.Ordinal), address));
        Assert.Empty(visit.Faults);

        async Task LookAsync(string place, string? shown)
        {
            if (shown is not null)
                await Expect(page.Locator("main")).ToContainTextAsync(shown);
            string found = await page.EvaluateAsync<string>("() => ['taken' in window && 'a script ran', ...[...document.querySelectorAll('main *')].filter(e => ['SCRIPT', 'IFRAME', 'STYLE', 'OBJECT', 'EMBED'].includes(e.tagName) || [...e.attributes].some(a => /^on/i.test(a.name) || /^\\s*(javascript|data:text)/i.test(a.value) && ['href', 'src', 'xlink:href', 'action'].includes(a.name)) || (e.tagName === 'IMG' && !['http:', 'blob:', 'data:'].includes(new URL(e.src).protocol))).map(e => e.outerHTML.slice(0, 90))].filter(Boolean).join('; ')");
            if (found.Length > 0)
                faults.Add($"{place}: {found}");
        }
    }
}
