using HunyuanOcr.Web.Persistence;
using HunyuanOcr.Web.Security;
using HunyuanOcr.Web.Tests.Api;
using HunyuanOcr.Web.Tests.Api.Ocr;
using HunyuanOcr.Web.Tests.Security;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HunyuanOcr.Web.Tests.Browser;

/// <summary>Signing in and the page of keys in a real browser: their forms carry an origin, a token and a cookie, which no other client shows.</summary>
public sealed class KeysBrowserTests : IClassFixture<Chromium>, IDisposable
{
    private readonly Chromium _chromium;
    private readonly TestApp _app = KeyedApp.Start();
    private readonly string _address;

    public KeysBrowserTests(Chromium chromium)
    {
        _chromium = chromium;
        _address = _app.Listen();
    }

    public void Dispose() => _app.Dispose();

    [BrowserFact]
    public async Task What_the_API_read_with_a_key_is_found_opened_and_deleted_by_whoever_signed_in_with_it()
    {
        (string id, string key) = await _app.AddKeyAsync("Scanner");
        using HttpClient client = new() { BaseAddress = new(_address), DefaultRequestHeaders = { Authorization = new("Bearer", key) } };
        await ApiCalls.ReadyAsync(client);
        await OcrCalls.SendAsync(client, TestPictures.Png(1240, 1754), "delivery note.png");
        await using IBrowserContext context = await _chromium.Browser.NewContextAsync(new() { Locale = "en-GB", ViewportSize = new() { Width = 1440, Height = 900 } });
        IPage page = await context.NewPageAsync();
        await page.GotoAsync(_address + "/history");
        await page.Locator("#key").FillAsync(key);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".card .nothing")).ToBeVisibleAsync();
        ILocator source = page.GetByLabel("Where it was read");
        await source.SelectOptionAsync("key");
        await Expect(page.Locator(".hist .what a")).ToHaveTextAsync("delivery note.png");
        await page.Locator(".hist .what a").ClickAsync();
        await Expect(page.Locator(".lines li[data-line]")).ToHaveCountAsync(7);
        await Expect(page.Locator(".page img")).ToHaveJSPropertyAsync("complete", true);

        await page.GotoAsync(_address + "/history");
        await Expect(page.Locator(".card .nothing")).ToBeVisibleAsync();
        await source.SelectOptionAsync("key");
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete all" }).ClickAsync();
        await Expect(page.Locator(".card .nothing")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(page.Locator(".hist li")).ToHaveCountAsync(1);

        // The key is revoked while its page is open: the next click does nothing, and the page is closed.
        await _app.Services.GetRequiredService<ApiKeyTable>().RevokeAsync(id, CancellationToken.None);
        _app.Services.GetRequiredService<KeyRing>().Forget();
        await page.RunAndWaitForConsoleMessageAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "Delete all" }).ClickAsync(), new() { Predicate = message => message.Type == "error" });
        Assert.Equal(1, (await _app.Services.GetRequiredService<RunHistory>().ListAsync("key:" + id, new(), 0, 10)).Count);
        await page.ReloadAsync();
        await Expect(page.Locator("#key")).ToBeVisibleAsync();
    }

    [BrowserFact]
    public async Task A_person_signs_in_makes_a_key_revokes_it_and_signs_out()
    {
        (_, string admin) = await _app.AddKeyAsync("Front desk", admin: true);
        await using IBrowserContext context = await _chromium.Browser.NewContextAsync(new() { Locale = "en-GB", ViewportSize = new() { Width = 1440, Height = 900 } });
        IPage page = await context.NewPageAsync();
        await page.GotoAsync(_address + "/api-docs");
        await Expect(page.Locator("#key")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("not a key");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#key-fault")).ToContainTextAsync("This key is not known here");
        // Its words are there before all of the page is.
        await page.WaitForLoadStateAsync();
        await page.Locator("#key").FillAsync(admin);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page).ToHaveURLAsync(_address + "/api-docs");

        await page.GetByRole(AriaRole.Link, new() { Name = "Manage keys" }).ClickAsync();
        await page.Locator("#key-name").FillAsync("Scanner <img src=x onerror=alert(1)>");
        await page.Keyboard.PressAsync("Enter");
        string secret = await page.Locator(".secret").InnerTextAsync();
        ILocator row = page.Locator(".tbl tbody tr").Filter(new() { HasText = "Scanner <img src=x onerror=alert(1)>" });
        await Expect(row).ToContainTextAsync("Counts");
        Assert.Equal(200, await StatusAsync(secret));
        await row.GetByRole(AriaRole.Button).ClickAsync();
        await Expect(row).ToContainTextAsync("Revoked");
        Assert.Equal(401, await StatusAsync(secret));

        await page.GotoAsync(_address + "/sign-in");
        await Expect(page.Locator(".told")).ToContainTextAsync("Front desk");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await Expect(page.Locator(".told")).ToHaveCountAsync(0);
        await page.GotoAsync(_address + "/history");
        await Expect(page.Locator("#key")).ToBeVisibleAsync();

        async Task<int> StatusAsync(string key) => (await page.APIRequest.GetAsync(_address + "/v1/models", new() { Headers = [new("Authorization", "Bearer " + key)] })).Status;
    }
}
