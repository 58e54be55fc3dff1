using System.Text.Json;
using HunyuanOcr.Inference;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HunyuanOcr.Web.Tests.Browser;

/// <summary>axe-core finds no serious or critical fault on any page, in both languages and both themes.</summary>
public sealed class AccessibilityBrowserTests : IClassFixture<Chromium>, IDisposable
{
    private static readonly string _axe = Path.Combine(Repository.Root, "wwwroot-assets", "node_modules", "axe-core", "axe.min.js");
    private readonly Chromium _chromium;
    private readonly TestApp _app = new();
    private readonly string _address;

    public AccessibilityBrowserTests(Chromium chromium)
    {
        _chromium = chromium;
        _address = _app.Listen();
    }

    public void Dispose() => _app.Dispose();

    [BrowserTheory]
    [InlineData("en-GB", "light")]
    [InlineData("en-GB", "dark")]
    [InlineData("zh-CN", "light")]
    [InlineData("zh-CN", "dark")]
    public async Task No_page_has_a_serious_fault(string language, string theme)
    {
        await using Visit visit = await OpenAsync("/", language, theme);
        List<string> faults = [];
        foreach (string empty in (string[])["/", "/history", "/sign-in"])
            await LookAsync(empty, "empty ");
        string shared = await EveryPage.PrepareAsync(_app, visit, _address);
        foreach (string page in EveryPage.Addresses.Append(shared))
            await LookAsync(page);
        Assert.Empty(faults);

        async Task LookAsync(string page, string state = "")
        {
            await EveryPage.GoAsync(visit.Page, _address + page);
            faults.AddRange((await FaultsAsync(visit.Page)).Select(fault => $"{state}{page}: {fault}"));
        }
    }

    [BrowserTheory]
    [InlineData("en-GB", "light")]
    [InlineData("zh-CN", "dark")]
    public async Task A_finished_reading_has_no_serious_fault_in_any_tab(string language, string theme)
    {
        await using Visit visit = await OpenAsync("/", language, theme);
        await visit.Page.Locator("#file").SetInputFilesAsync(Path.Combine(Repository.Root, "demo-model", "samples", "03-invoice-zh.png"));
        await Expect(visit.Page.Locator("[role=tab]").First).ToBeVisibleAsync();
        List<string> faults = [];
        for (int tab = 0; tab < await visit.Page.Locator("[role=tab]").CountAsync(); tab++)
        {
            await visit.Page.Locator("[role=tab]").Nth(tab).ClickAsync();
            await Expect(visit.Page.Locator("[role=tab]").Nth(tab)).ToHaveAttributeAsync("aria-selected", "true");
            faults.AddRange((await FaultsAsync(visit.Page)).Select(fault => $"tab {tab}: {fault}"));
        }
        await visit.Page.Locator(".download-btn").ClickAsync();
        await Expect(visit.Page.Locator(".menu[role=menu]")).ToBeVisibleAsync();
        faults.AddRange((await FaultsAsync(visit.Page)).Select(fault => $"menu: {fault}"));
        Assert.Empty(faults);
    }

    [BrowserTheory]
    [InlineData("en-GB", "light")]
    [InlineData("en-GB", "dark")]
    [InlineData("zh-CN", "light")]
    [InlineData("zh-CN", "dark")]
    public async Task No_state_on_the_way_has_a_serious_fault(string language, string theme)
    {
        string picture = Path.Combine(Repository.Root, "demo-model", "samples", "03-invoice-zh.png"), broken = Path.Combine(_app.Folder, "scan.jpg");
        await File.WriteAllBytesAsync(broken, TestPictures.Word());
        TaskCompletionSource turn = new(), rest = new();
        List<string> faults = [];
        await using Visit visit = await OpenAsync("/", language, theme);
        ILocator ended = visit.Page.Locator(".pane:not([aria-busy])");

        await visit.Page.Locator("#file").SetInputFilesAsync(broken);
        await LookAsync("refused", visit.Page.Locator(".fault"));
        _app.Reader.Script = (_, cancel) => (ScriptedAnswer.Invoice with { Ahead = 2, HoldInQueue = turn.Task, Hold = (3, rest.Task) }).PlayAsync(cancel);
        await visit.Page.Locator("#file").SetInputFilesAsync(picture);
        await LookAsync("queued", visit.Page.Locator(".scroll.wait .dim").First);
        turn.SetResult();
        await LookAsync("streaming", visit.Page.Locator(".lines li[data-line='3']"));
        await visit.Page.Keyboard.PressAsync("Escape");
        await LookAsync("cancelled", ended);
        await visit.Page.Locator(".options-btn").ClickAsync();
        await LookAsync("options", visit.Page.Locator(".optf"));
        await visit.Page.Keyboard.PressAsync("Escape");
        await visit.Page.Locator("h1").ClickAsync();
        await visit.Page.Keyboard.PressAsync("?");
        await LookAsync("keys", visit.Page.Locator(".keys"));
        await visit.Page.Keyboard.PressAsync("Escape");
        _app.Reader.Script = static (_, cancel) => (ScriptedAnswer.Invoice with { Fail = (3, new OcrEngineException("The card ran out of memory.", engineDead: false)) }).PlayAsync(cancel);
        await visit.Page.Locator("#file").SetInputFilesAsync(picture);
        await LookAsync("failed", visit.Page.Locator(".note.bad[role=alert]"));
        await EveryPage.GoAsync(visit.Page, _address + "/history");
        await visit.Page.Locator(".hist .pop > .btn").First.ClickAsync();
        await LookAsync("menu of a run", visit.Page.Locator(".hist .menu"));
        await visit.Page.Locator(".hist .menu [role=menuitem]").Last.ClickAsync();
        await LookAsync("undo", visit.Page.Locator(".toast"));
        Assert.Empty(faults);

        async Task LookAsync(string state, ILocator seen)
        {
            await Expect(seen).ToBeVisibleAsync();
            faults.AddRange((await FaultsAsync(visit.Page)).Select(fault => $"{state}: {fault}"));
        }
    }

    /// <summary>What axe-core calls serious or critical: the rule, and where. What is still fading in has no colours of its own yet: it is waited for.</summary>
    internal static async Task<IReadOnlyList<string>> FaultsAsync(IPage page)
    {
        await page.EvaluateAsync("() => Promise.allSettled(document.getAnimations().filter(a => a.effect.getComputedTiming().endTime !== Infinity).map(a => a.finished))");
        await page.EvaluateAsync(await File.ReadAllTextAsync(_axe));
        JsonElement found = await page.EvaluateAsync<JsonElement>("async () => (await axe.run(document, { resultTypes: ['violations'] })).violations.filter(v => v.impact === 'serious' || v.impact === 'critical').flatMap(v => v.nodes.map(n => `${v.id}: ${n.target.join(' ')} ${n.failureSummary ?? ''}`))");
        return [.. found.EnumerateArray().Select(fault => fault.GetString()!)];
    }

    private Task<Visit> OpenAsync(string address, string language, string theme) =>
        Visit.OpenAsync(_chromium, _address + address, new() { Locale = language, ColorScheme = theme == "dark" ? ColorScheme.Dark : ColorScheme.Light, ViewportSize = new() { Width = 1440, Height = 900 } });
}
