using HunyuanOcr.Web.Tests.Telemetry;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HunyuanOcr.Web.Tests.Browser;

/// <summary>What a page does whose connection breaks, and what fingers do on it.</summary>
public sealed class ConnectionBrowserTests : IClassFixture<Chromium>, IDisposable
{
    private readonly Chromium _chromium;
    private readonly TestApp _app = new();
    private readonly string _address;
    private readonly string _picture;

    public ConnectionBrowserTests(Chromium chromium)
    {
        _chromium = chromium;
        _address = _app.Listen();
        _picture = Path.Combine(_app.Folder, "page.png");
        File.WriteAllBytes(_picture, TestPictures.Png(1240, 1754));
    }

    public void Dispose() => _app.Dispose();

    [BrowserFact]
    public async Task A_sample_that_was_clicked_before_the_page_was_alive_is_read_once()
    {
        TaskCompletionSource clicked = new();
        await using Visit visit = await Visit.OpenAsync(_chromium, _address);
        await visit.Page.RouteAsync("**/_blazor/negotiate**", async route =>
        {
            await clicked.Task;
            await route.ContinueAsync();
        });
        // The script is there, the circuit is not.
        await visit.Page.ReloadAsync(new() { WaitUntil = WaitUntilState.DOMContentLoaded });
        await visit.Page.Locator(".samples-box .sample").First.ClickAsync();
        Assert.Null(await visit.Page.EvaluateAsync<string?>("() => document.documentElement.dataset.live ?? null"));
        clicked.SetResult();

        await Expect(visit.Page.Locator(".lines li[data-line]")).ToHaveCountAsync(7);
        Assert.Single(_app.Reader.Requests);
        Assert.Empty(visit.Faults);
    }

    [BrowserFact]
    public async Task A_page_that_lost_its_connection_shows_what_was_read_meanwhile()
    {
        TaskCompletionSource rest = new();
        _app.Reader.Script = (_, cancel) => (ScriptedAnswer.Invoice with { Hold = (3, rest.Task) }).PlayAsync(cancel);
        await using Visit visit = await Visit.OpenAsync(_chromium, _address);
        await visit.Page.AddInitScriptAsync("window.circuits = []; window.WebSocket = class extends WebSocket { constructor(...given) { super(...given); window.circuits.push(this); } };");
        await visit.Page.ReloadAsync();
        await visit.Page.WaitForFunctionAsync("() => document.documentElement.dataset.live === 'true'");
        await visit.DropAsync(".drop", _picture);
        await Expect(visit.Page.Locator(".lines li[data-line]")).ToHaveCountAsync(3);

        await visit.Page.Context.SetOfflineAsync(true);
        await visit.Page.EvaluateAsync("() => window.circuits.forEach(circuit => circuit.close(4000))");
        // A socket that is closed while its browser is offline may wait for the server's answer in vain: then the page notices only once it has heard nothing for 30 s.
        await Expect(visit.Page.Locator("#components-reconnect-modal")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await visit.PictureAsync("lost");
        rest.SetResult();
        await MetricsTests.UntilAsync(() => Task.FromResult(_app.Reader.Running == 0));
        await Expect(visit.Page.Locator(".lines li[data-line]")).ToHaveCountAsync(3);

        await visit.Page.Context.SetOfflineAsync(false);
        await Expect(visit.Page.Locator(".lines li[data-line]")).ToHaveCountAsync(7, new() { Timeout = 60_000 });
        await Expect(visit.Page.Locator("#components-reconnect-modal")).ToBeHiddenAsync();
        Assert.Single(_app.Reader.Requests);
        await visit.PictureAsync("found-again");
    }

    [BrowserFact]
    public async Task Two_fingers_enlarge_the_picture_where_they_are_and_the_box_stays_on_its_line()
    {
        await using Visit visit = await Visit.OpenAsync(_chromium, _address, new() { HasTouch = true, IsMobile = true, ViewportSize = new() { Width = 390, Height = 844 } });
        await visit.Page.Locator("#file, [data-intake=choose]").First.SetInputFilesAsync(_picture);
        await Expect(visit.Page.Locator(".lines li[data-line]")).ToHaveCountAsync(7);
        await Expect(visit.Page.Locator(".pane[aria-busy]")).ToHaveCountAsync(0);
        LocatorBoundingBoxResult pane = (await visit.Page.Locator(".stage").BoundingBoxAsync())!, before = (await visit.Page.Locator(".page").BoundingBoxAsync())!;
        (float x, float y) = (pane.X + (pane.Width / 2), pane.Y + (pane.Height / 2));
        ICDPSession fingers = await visit.Page.Context.NewCDPSessionAsync(visit.Page);
        await TouchAsync(fingers, "touchStart", (x - 20, y), (x + 20, y));
        for (int apart = 25; apart <= 60; apart += 5)
            await TouchAsync(fingers, "touchMove", (x - apart, y), (x + apart, y));
        await TouchAsync(fingers, "touchEnd");
        await Expect(visit.Page.Locator(".canvas.zoomed")).ToHaveCountAsync(1);
        // A finger reports more often than the screen draws: the last of it is drawn in a later frame.
        double grown = 0;
        await MetricsTests.UntilAsync(async () => (grown = (await visit.Page.Locator(".page").BoundingBoxAsync())!.Width / before.Width) >= 2.4);
        Assert.InRange(grown, 2.4, 3.6);
        // The window itself is not enlarged.
        Assert.Equal(1, await visit.Page.EvaluateAsync<double>("() => visualViewport.scale"));
        await visit.PictureAsync("pinched");
        Assert.Empty(visit.Faults);
    }

    private static Task<System.Text.Json.JsonElement?> TouchAsync(ICDPSession session, string type, params (float X, float Y)[] points) => session.SendAsync("Input.dispatchTouchEvent", new()
    {
        ["type"] = type,
        ["touchPoints"] = points.Select((point, id) => new Dictionary<string, object> { ["x"] = point.X, ["y"] = point.Y, ["id"] = id }).ToArray(),
    });
}
