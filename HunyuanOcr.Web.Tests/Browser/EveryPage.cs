using System.Reflection;
using HunyuanOcr.Web.Persistence;
using HunyuanOcr.Web.Tests.Security;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HunyuanOcr.Web.Tests.Browser;

/// <summary>Walks through every page that there is. The addresses come from the components: who adds a page adds nothing here.</summary>
internal static class EveryPage
{
    /// <summary>Ends once nothing in the page has changed for half a second; a page that always moves is still after ten.</summary>
    private const string StandsStill = """
        () => new Promise(done => {
          let still = setTimeout(done, 500);
          setTimeout(done, 10000);
          new MutationObserver(() => { clearTimeout(still); still = setTimeout(done, 500); }).observe(document.body, { childList: true, subtree: true, attributes: true, characterData: true });
        })
        """;

    /// <summary>Leads nowhere.</summary>
    internal const string Nowhere = "/nowhere";

    /// <summary>Of pages whose address has a part that changes, one that nothing is kept under.</summary>
    internal static IReadOnlyList<string> Addresses { get; } =
    [
        .. typeof(HunyuanOcr.Web.Components.App).Assembly.GetTypes()
            .SelectMany(static type => type.GetCustomAttributes<RouteAttribute>())
            .Select(static route => string.Join('/', route.Template.Split('/').Select(static part => part is ['{', ..] ? "0a1b2c" : part)))
            .Distinct().Order(StringComparer.Ordinal),
        Nowhere,
    ];

    /// <summary>A browser that is signed in as admin and has read a page, which is shared under the address that comes back.</summary>
    internal static async Task<string> PrepareAsync(TestApp app, Visit visit, string address)
    {
        await visit.Page.GotoAsync(address);
        await visit.Page.WaitForFunctionAsync("() => document.documentElement.dataset.live === 'true'");
        await visit.DropAsync(".drop", Path.Combine(Repository.Root, "demo-model", "samples", "03-invoice-zh.png"));
        await Expect(visit.Page.Locator(".pane-foot")).ToContainTextAsync("5.6");
        await SignInAsync(app, visit.Page, address);
        await visit.Page.GotoAsync(address + "/history");
        await Expect(visit.Page.Locator(".hist li")).ToHaveCountAsync(1);
        string run = (await visit.Page.Locator(".hist .what > a").GetAttributeAsync("href"))!.Split("run=")[1];
        await using StudioDatabase database = app.Services.GetRequiredService<IDbContextFactory<StudioDatabase>>().CreateDbContext();
        string owner = (await database.Runs.SingleAsync(row => row.Id == run)).Owner;
        return "/shared/" + await app.Services.GetRequiredService<RunHistory>().ShareAsync(owner, run);
    }

    internal static async Task SignInAsync(TestApp app, IPage page, string address)
    {
        (_, string secret) = await app.AddKeyAsync("Front desk", admin: true);
        await page.GotoAsync(address + "/settings/keys");
        await page.Locator("#key").FillAsync(secret);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#key-name")).ToBeVisibleAsync();
    }

    /// <summary>Opens a page and waits until nothing more comes: the live page has taken the place of the drawn one, where there is a live one, and stands still.</summary>
    internal static async Task GoAsync(IPage page, string address)
    {
        await page.AddInitScriptAsync("addEventListener('DOMContentLoaded', () => { const main = document.querySelector('main'); if (main) main.drawnByTheServer = true; })");
        IResponse answer = (await page.GotoAsync(address))!;
        if ((await answer.TextAsync()).Contains("<!--Blazor:{\"type\":\"server\"", StringComparison.Ordinal))
            await page.WaitForFunctionAsync("() => document.querySelector('main') && !document.querySelector('main').drawnByTheServer");
        await page.EvaluateAsync(StandsStill);
    }
}
