using HunyuanOcr.Web.Api.OpenApi;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HunyuanOcr.Web.Tests.Browser;

/// <summary>The API page in a real browser. SCREENSHOTS keeps the pictures.</summary>
public sealed class ApiDocsBrowserTests : IClassFixture<Chromium>, IDisposable
{
    private readonly Chromium _chromium;
    private readonly TestApp _app = new();
    private readonly string _address;

    public ApiDocsBrowserTests(Chromium chromium)
    {
        _chromium = chromium;
        _address = _app.Listen();
    }

    public void Dispose() => _app.Dispose();

    [BrowserTheory]
    [InlineData("light", "en-GB", 1440, 900)]
    [InlineData("dark", "en-GB", 1440, 900)]
    [InlineData("light", "zh-CN", 1440, 900)]
    [InlineData("dark", "zh-CN", 390, 844)]
    [InlineData("light", "en-GB", 375, 812)]
    public async Task The_page_fits_its_window_and_shows_this_servers_address(string theme, string language, int width, int height)
    {
        await using IBrowserContext context = await _chromium.Browser.NewContextAsync(new() { Locale = language, ColorScheme = theme == "dark" ? ColorScheme.Dark : ColorScheme.Light, ViewportSize = new() { Width = width, Height = height } });
        IPage page = await context.NewPageAsync();
        List<string> faults = [];
        page.Console += (_, message) => { if (message.Type is "error" or "warning") faults.Add(message.Text); };
        page.PageError += (_, error) => faults.Add(error);
        await page.GotoAsync(_address + "/api-docs");
        await Expect(page.Locator(".example pre:visible")).ToHaveCountAsync(Snippet.Topics.Count);
        await Expect(page.Locator(".example pre:visible").First).ToContainTextAsync($"{_address}/v1/chat/completions");
        Assert.Equal(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        if (Environment.GetEnvironmentVariable("SCREENSHOTS") is { Length: > 0 } folder)
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"api-docs-{theme}-{language[..2]}-{width}.png"), FullPage = true });
        Assert.Empty(faults);
    }

    [BrowserFact]
    public async Task The_bar_leads_here_a_language_is_chosen_and_a_program_is_copied_as_it_is_shown()
    {
        await using IBrowserContext context = await _chromium.Browser.NewContextAsync(new() { Locale = "en-GB", Permissions = ["clipboard-read", "clipboard-write"], ViewportSize = new() { Width = 1440, Height = 900 } });
        IPage page = await context.NewPageAsync();
        await page.GotoAsync(_address);
        await page.Locator(".nav a[href='/api-docs']").ClickAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync("Use it from code");
        await Expect(page.Locator(".nav a[aria-current=page]")).ToHaveTextAsync("API");
        // The live page takes the place of the drawn one: what is chosen before would be lost.
        await Expect(page.Locator("#code-py")).ToBeEnabledAsync();
        await page.Locator("label:has(#code-py)").ClickAsync();
        ILocator code = page.Locator(".code[data-language=py]").First;
        await Expect(code).ToBeVisibleAsync();
        await Expect(page.Locator(".code[data-language=sh]").First).ToBeHiddenAsync();
        // The word stays for two seconds: the page itself notes that it came.
        await code.Locator("button").EvaluateAsync("button => new MutationObserver(() => (window.said ??= []).push(button.textContent)).observe(button, { childList: true })");
        await code.Locator("button").ClickAsync();
        await page.WaitForFunctionAsync("() => window.said?.includes('Copied')");
        Assert.Equal(Snippet.Read("chat", "py", _address).Text, (await page.EvaluateAsync<string>("navigator.clipboard.readText()")).ReplaceLineEndings("\n"));
        await Expect(code.Locator("button")).ToHaveTextAsync("Copy");
    }
}
