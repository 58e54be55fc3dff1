using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HunyuanOcr.Web.Tests.Browser;

/// <summary>What holds on every page: nothing is fetched from elsewhere, little is fetched at all, the keyboard reaches everything, nothing is wider than the window.</summary>
public sealed class EveryPageBrowserTests : IClassFixture<Chromium>, IDisposable
{
    private const long Heaviest = 1_500_000;

    /// <summary>Where the focus is; whether one sees it, on the thing itself or on what stands for it.</summary>
    private const string Focused = """
        () => {
          const element = document.activeElement;
          if (!element || element === document.body) return null;
          const ringed = e => e && getComputedStyle(e).outlineStyle !== 'none' && parseFloat(getComputedStyle(e).outlineWidth) >= 1;
          const box = element.getBoundingClientRect();
          window.numbered ??= new Map();
          if (!window.numbered.has(element)) window.numbered.set(element, window.numbered.size);
          const seen = [element, element.closest('label'), element.closest('.prompt'), element.closest('.drop'), element.parentElement].some(ringed);
          return [String(window.numbered.get(element)), `${element.tagName} ${element.className} ${element.id} ${element.textContent.trim().slice(0, 30)}`, seen && box.width > 0 ? 'seen' : 'unseen', element.closest('main') ? 'main' : 'bar'];
        }
        """;

    private readonly Chromium _chromium;
    private readonly TestApp _app = new();
    private readonly string _address;

    public EveryPageBrowserTests(Chromium chromium)
    {
        _chromium = chromium;
        _address = _app.Listen();
    }

    public void Dispose() => _app.Dispose();

    [BrowserFact]
    public async Task No_page_fetches_anything_from_elsewhere_and_none_is_heavy()
    {
        List<string> faults = [];
        foreach (string address in EveryPage.Addresses)
        {
            await using IBrowserContext context = await _chromium.Browser.NewContextAsync(new() { Locale = "zh-CN" });
            await context.RouteAsync(static url => true, route => route.Request.Url.StartsWith(_address, StringComparison.Ordinal) ? route.ContinueAsync() : Block(route));
            IPage page = await context.NewPageAsync();
            page.WebSocket += (_, socket) => Own(socket.Url.Replace("ws://", "http://", StringComparison.Ordinal));
            page.PageError += (_, error) => Add($"script: {error}");
            await EveryPage.GoAsync(page, _address + address);
            long weight = (await page.EvaluateAsync<long[]>("() => [...performance.getEntriesByType('resource'), ...performance.getEntriesByType('navigation')].map(entry => entry.transferSize)")).Sum();
            if (weight is < 10_000 or > Heaviest)
                Add($"{weight} bytes");
            if (await page.Locator("h1").CountAsync() != 1 || await page.Locator("main").CountAsync() != 1 || await page.Locator("nav").CountAsync() < 1)
                Add("needs one h1, one main and the bar");
            if (await page.TitleAsync() is not { Length: > 3 })
                Add("has no title");
            if (await page.EvaluateAsync<string>("() => document.documentElement.lang") != "zh-Hans")
                Add("does not say its language");

            Task Block(IRoute route)
            {
                Add("asks for " + route.Request.Url);
                return route.AbortAsync();
            }
            void Own(string url)
            {
                if (!url.StartsWith(_address, StringComparison.Ordinal))
                    Add("opens " + url);
            }
            void Add(string fault)
            {
                lock (faults)
                    faults.Add($"{address}: {fault}");
            }
        }
        Assert.Empty(faults);
    }

    [BrowserFact]
    public async Task The_keyboard_reaches_everything_on_every_page_and_one_sees_where_it_is()
    {
        await using Visit visit = await Visit.OpenAsync(_chromium, _address);
        string shared = await EveryPage.PrepareAsync(_app, visit, _address);
        List<string> faults = [];
        foreach (string address in EveryPage.Addresses.Append(shared))
        {
            await EveryPage.GoAsync(visit.Page, _address + address);
            faults.AddRange((await WalkAsync(visit.Page)).Select(fault => $"{address}: {fault}"));
        }
        Assert.Empty(faults);
    }

    [BrowserTheory]
    [InlineData(375, "en-GB")]
    [InlineData(390, "zh-CN")]
    [InlineData(720, "en-GB")]
    public async Task No_page_scrolls_sideways_on_a_phone_or_at_twice_the_size(int width, string language)
    {
        await using Visit visit = await Visit.OpenAsync(_chromium, _address, new() { Locale = language, ViewportSize = new() { Width = width, Height = 800 } });
        string shared = await EveryPage.PrepareAsync(_app, visit, _address);
        List<string> faults = [];
        foreach (string address in EveryPage.Addresses.Append(shared))
        {
            await EveryPage.GoAsync(visit.Page, _address + address);
            await visit.PictureAsync($"page{address.Replace('/', '-')}-{width}");
            int scrolls = await visit.Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth");
            if (scrolls > width)
                faults.Add($"{address} is {scrolls} wide");
            await visit.Page.Locator(".menu-btn").ClickAsync();
            if (!await visit.Page.Locator(".nav a").Last.IsVisibleAsync() || await visit.Page.Locator(".menu-btn").GetAttributeAsync("aria-expanded") != "true")
                faults.Add($"{address}: the menu does not open");
        }
        Assert.Empty(faults);
    }

    [BrowserFact]
    public async Task An_address_that_leads_nowhere_says_so_to_a_person_and_is_empty_for_a_program()
    {
        await using IBrowserContext context = await _chromium.Browser.NewContextAsync(new() { Locale = "en-GB" });
        IPage page = await context.NewPageAsync();
        Assert.Equal(404, (await page.GotoAsync(_address + EveryPage.Nowhere + "?from=mail"))!.Status);
        await Expect(page.Locator("h1")).ToHaveTextAsync("There is no such page");
        // Its links lead from the address that the browser shows, not from the page's own.
        await page.Locator(".lang").ClickAsync();
        await Expect(page).ToHaveURLAsync(_address + EveryPage.Nowhere + "?from=mail");
        await Expect(page.Locator("h1")).Not.ToHaveTextAsync("There is no such page");
        await page.Locator(".lang").ClickAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync("There is no such page");
        await page.Locator("main a").ClickAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync("Read a document");
        IAPIResponse program = await page.APIRequest.GetAsync(_address + EveryPage.Nowhere, new() { Headers = [new("Accept", "application/json")] });
        Assert.Equal((404, 0), (program.Status, (await program.BodyAsync()).Length));
    }

    [BrowserFact]
    public async Task A_shared_link_that_was_taken_back_is_not_found_and_says_so_in_words()
    {
        await using IBrowserContext context = await _chromium.Browser.NewContextAsync(new() { Locale = "en-GB" });
        IPage page = await context.NewPageAsync();
        Assert.Equal(404, (await page.GotoAsync(_address + "/shared/0a1b2c"))!.Status);
        await Expect(page.Locator("h1")).ToHaveTextAsync("Nothing is shared here");
        await page.Locator("main a").ClickAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync("Read a document");
    }

    /// <summary>Tab by Tab from the top: first the link that skips the bar, then everything, nowhere twice, and out again.</summary>
    private static async Task<List<string>> WalkAsync(IPage page)
    {
        List<string> faults = [];
        await page.EvaluateAsync("() => { document.activeElement?.blur(); getSelection()?.removeAllRanges(); scrollTo(0, 0); window.numbered = undefined; }");
        await page.Locator("body").EvaluateAsync("body => { const start = document.createElement('i'); start.tabIndex = -1; body.prepend(start); start.focus(); start.remove(); }");
        HashSet<string> been = [];
        for (int presses = 0; presses < 300; presses++)
        {
            await page.Keyboard.PressAsync("Tab");
            string[]? at = await page.EvaluateAsync<string[]?>(Focused);
            if (presses == 0 && (at is null || !at[1].StartsWith("A skip", StringComparison.Ordinal)))
                faults.Add($"begins at {at?[1] ?? "nothing"}, not at the link that skips the bar");
            if (at is null || !been.Add(at[0]))
                break;
            if (at[2] == "unseen")
                faults.Add($"the focus is not seen at {at[1]}");
        }
        int reachable = await page.EvaluateAsync<int>("() => { const groups = new Set(); return [...document.querySelectorAll('a[href], button, input, select, textarea, [tabindex=\"0\"]')].filter(e => !e.disabled && e.type !== 'hidden' && e.tabIndex >= 0 && e.checkVisibility({ visibilityProperty: true }) && !(e.type === 'radio' && (groups.has(e.name) || !groups.add(e.name)))).length; }");
        if (been.Count < reachable)
            faults.Add($"the keyboard reaches {been.Count} of {reachable}");
        faults.AddRange(await SkipAsync(page));
        return faults;
    }

    /// <summary>The link that skips the bar leads to the page, once.</summary>
    private static async Task<List<string>> SkipAsync(IPage page)
    {
        List<string> faults = [];
        int moves = 0;
        page.FrameNavigated += Count;
        await page.Locator(".skip").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        if (!await page.EvaluateAsync<bool>("() => document.activeElement?.id === 'main'"))
            faults.Add("the link that skips the bar does not lead to the page");
        await Task.Delay(300);
        page.FrameNavigated -= Count;
        if (moves > 1)
            faults.Add($"the link that skips the bar leads on and on, {moves} times in a moment");
        return faults;

        void Count(object? sender, IFrame frame) => moves++;
    }
}
