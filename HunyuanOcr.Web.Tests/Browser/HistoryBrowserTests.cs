using System.IO.Compression;
using HunyuanOcr.Web.Documents;
using HunyuanOcr.Web.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HunyuanOcr.Web.Tests.Browser;

/// <summary>History in a real browser: what was read is found, opened, shared, deleted and brought back, and nobody sees another's.</summary>
public sealed class HistoryBrowserTests : IClassFixture<Chromium>, IDisposable
{
    private readonly Chromium _chromium;
    private readonly TestApp _app = new();
    private readonly string _address;

    public HistoryBrowserTests(Chromium chromium)
    {
        _chromium = chromium;
        _address = _app.Listen();
    }

    public void Dispose() => _app.Dispose();

    [BrowserFact]
    public async Task A_run_is_found_opened_shared_deleted_and_brought_back()
    {
        await using Visit visit = await Visit.OpenAsync(_chromium, _address);
        IPage page = visit.Page;
        await visit.DropAsync(".drop", Path.Combine(Repository.Root, "demo-model", "samples", "03-invoice-zh.png"));
        await Expect(page.Locator(".lines li[data-line]")).ToHaveCountAsync(7);
        await Expect(page.Locator(".pane-foot")).ToContainTextAsync("5.6");
        string run = page.Url.Split("run=")[1];

        await page.GetByRole(AriaRole.Link, new() { Name = "History", Exact = true }).ClickAsync();
        await Expect(page.Locator(".hist li")).ToHaveCountAsync(1);
        await page.Locator("#history-search").FillAsync("lanting 光学");
        await Expect(page.Locator(".hist mark")).ToHaveCountAsync(2);
        await page.Locator("#history-search").FillAsync("nowhere");
        await Expect(page.Locator(".card .nothing")).ToBeVisibleAsync();
        await page.Locator("#history-search").FillAsync("");

        // What memory knows is gone after a restart: the database alone opens it.
        _app.Services.GetRequiredService<HunyuanOcr.Web.Recognise.RecogniseRuns>().Remove(run);
        await page.Locator(".hist .what a").ClickAsync();
        await Expect(page.Locator(".lines li[data-line]")).ToHaveCountAsync(7);
        await Expect(page.Locator(".page img")).ToHaveJSPropertyAsync("complete", true);
        await page.GetByRole(AriaRole.Link, new() { Name = "History", Exact = true }).ClickAsync();

        await page.Locator(".hist .pop > button").ClickAsync();
        await Expect(page.Locator(".hist [role=menuitem]").First).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator(".hist .pop > button")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.GetByRole(AriaRole.Menuitem, new() { Name = "Share by link" }).ClickAsync();
        string link = await page.Locator(".toast input").InputValueAsync();
        await using (Visit stranger = await Visit.OpenAsync(_chromium, _address))
        {
            await stranger.Page.GotoAsync(link);
            await Expect(stranger.Page.Locator(".plain")).ToContainTextAsync("珠海兰亭光学有限公司");
            await Expect(stranger.Page.Locator(".shared rect")).ToHaveCountAsync(7);
            await stranger.PictureAsync("history-shared");
            await stranger.Page.GotoAsync($"{_address}/?run={run}");
            await Expect(stranger.Page.Locator(".fault")).ToBeVisibleAsync();
            await stranger.Page.GotoAsync($"{_address}/history");
            await Expect(stranger.Page.Locator(".card .nothing")).ToBeVisibleAsync();
            Assert.Equal(404, (await stranger.Page.APIRequest.GetAsync($"{_address}/runs/{run}/json")).Status);
        }

        await page.GetByRole(AriaRole.Button, new() { Name = "Delete all" }).ClickAsync();
        await Expect(page.Locator(".card .nothing")).ToBeVisibleAsync();
        Assert.Equal(404, (await page.APIRequest.GetAsync($"{_address}/runs/{run}/json")).Status);
        Assert.Equal(404, (await page.APIRequest.GetAsync(link + "/picture")).Status);
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(page.Locator(".hist li")).ToHaveCountAsync(1);
        Assert.Equal(200, (await page.APIRequest.GetAsync($"{_address}/runs/{run}/json")).Status);

        using MemoryStream bytes = new(await (await page.APIRequest.GetAsync(_address + await page.Locator(".bulk a").GetAttributeAsync("href"))).BodyAsync());
        using ZipArchive zip = new(bytes);
        Assert.Equal(["0001-03-invoice-zh.txt", "0001-03-invoice-zh.json"], zip.Entries.Select(entry => entry.FullName));
        Assert.Empty(visit.Faults);
    }

    public static TheoryData<string, string, int, int> Windows() => new() { { "light", "en-GB", 1440, 900 }, { "dark", "en-GB", 1440, 900 }, { "light", "zh-CN", 1440, 900 }, { "light", "en-GB", 390, 844 }, { "dark", "zh-CN", 390, 844 } };

    [BrowserTheory]
    [MemberData(nameof(Windows))]
    public async Task Many_runs_fit_every_window_and_are_turned_page_by_page(string theme, string language, int width, int height)
    {
        await using Visit visit = await Visit.OpenAsync(_chromium, _address, new() { Locale = language, TimezoneId = "Asia/Shanghai", ColorScheme = theme == "dark" ? ColorScheme.Dark : ColorScheme.Light, ViewportSize = new() { Width = width, Height = height } });
        await visit.DropAsync(".drop", Path.Combine(Repository.Root, "demo-model", "samples", "03-invoice-zh.png"));
        await Expect(visit.Page.Locator(".lines li[data-line]")).ToHaveCountAsync(7);
        await FillAsync(10_000);
        await visit.Page.GotoAsync(_address + "/history");
        await Expect(visit.Page.Locator(".hist li")).ToHaveCountAsync(50);
        await visit.PictureAsync($"history-all-{theme}-{language[..2]}-{width}");
        await visit.Page.Locator("#history-search").FillAsync("Longjing");
        await Expect(visit.Page.Locator(".hist mark").First).ToBeVisibleAsync();
        await visit.PictureAsync($"history-{theme}-{language[..2]}-{width}");
        await visit.Page.Locator(".pager button").Last.ClickAsync();
        await Expect(visit.Page.Locator(".pager span")).ToContainTextAsync("51");
        await visit.Page.Locator(".hist .pop > button").First.ClickAsync();
        await Expect(visit.Page.Locator(".hist [role=menu]")).ToBeVisibleAsync();
        await visit.PictureAsync($"history-menu-{theme}-{language[..2]}-{width}");
        Assert.Equal(width, await visit.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth"));
        Assert.Empty(visit.Faults);
    }

    /// <summary>Many runs of whoever read the one that is there.</summary>
    private async Task FillAsync(int count)
    {
        await using StudioDatabase database = _app.Services.GetRequiredService<IDbContextFactory<StudioDatabase>>().CreateDbContext();
        Run first = await WaitAsync(database);
        StoredDocument document = _app.Services.GetRequiredService<DocumentStore>().Find(first.DocumentId, first.Owner)!;
        database.Runs.AddRange(Enumerable.Range(1, count).Select(number => RunRecord.Of(
            Persistence.Rows.View($"西湖龙井 明前 50g {(number % 3 == 0 ? "West Lake Longjing tea, pre-Qingming, 50 g" : "Anji white tea")} · {number}.00", kind: (HunyuanOcr.Web.Recognise.TaskKind)(number % 3), phase: number % 7 == 0 ? HunyuanOcr.Web.Recognise.RunPhase.Cancelled : number % 11 == 0 ? HunyuanOcr.Web.Recognise.RunPhase.Failed : HunyuanOcr.Web.Recognise.RunPhase.Done, document: document with { Name = $"qinghe-{number:D4}.jpg" }),
            DateTimeOffset.UtcNow.AddHours(-number))));
        await database.SaveChangesAsync();
    }

    private static async Task<Run> WaitAsync(StudioDatabase database)
    {
        for (int tries = 0; tries < 300; tries++)
        {
            if (await database.Runs.AsNoTracking().FirstOrDefaultAsync() is { } run)
                return run;
            await Task.Delay(100);
        }
        throw new TimeoutException("The run was not kept.");
    }
}
