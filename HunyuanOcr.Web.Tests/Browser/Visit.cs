using Microsoft.Playwright;

namespace HunyuanOcr.Web.Tests.Browser;

/// <summary>A page in a browser of its own, with everything that went wrong in it.</summary>
internal sealed class Visit : IAsyncDisposable
{
    private readonly IBrowserContext _context;

    private Visit(IBrowserContext context, IPage page)
    {
        _context = context;
        Page = page;
    }

    internal IPage Page { get; }

    /// <summary>Console errors, script errors, failed and refused requests.</summary>
    internal List<string> Faults { get; } = [];

    /// <summary>Every address that was asked for.</summary>
    internal List<string> Requests { get; } = [];

    internal static async Task<Visit> OpenAsync(Chromium chromium, string address, BrowserNewContextOptions? options = null)
    {
        options ??= new() { ViewportSize = new() { Width = 1440, Height = 900 } };
        options.Locale ??= "en-GB";
        IBrowserContext context = await chromium.Browser.NewContextAsync(options);
        Visit visit = new(context, await context.NewPageAsync());
        IPage page = visit.Page;
        page.Console += (_, message) => { if (message.Type is "error" or "warning") visit.Add("console: " + message.Text); };
        page.PageError += (_, error) => visit.Add("script: " + error);
        page.Request += (_, request) => { lock (visit.Requests) visit.Requests.Add(request.Url); };
        page.RequestFailed += (_, request) => { if (request.Failure != "net::ERR_ABORTED") visit.Add($"failed: {request.Url} {request.Failure}"); };
        // Whoever waits for a file dialog asks for it without an answer, and a key may reach the page sooner than that does: it is asked for here, for good.
        page.FileChooser += static (_, _) => { };
        Task<IWebSocket> circuit = page.WaitForWebSocketAsync();
        await page.GotoAsync(address);
        await circuit;
        // The page listens once its component has opened the script; until then files wait, but buttons of Blazor do nothing.
        await page.WaitForFunctionAsync("() => document.documentElement.dataset.live === 'true'");
        return visit;
    }

    /// <summary>Drags a file in and lets it go, as the system does: a drop made by script would do nothing.</summary>
    internal async Task DropAsync(string selector, params string[] files)
    {
        await DragAsync(selector, "dragEnter", files);
        await DragAsync(selector, "dragOver", files);
        await DragAsync(selector, "drop", files);
    }

    internal async Task DragAsync(string selector, string type, params string[] files)
    {
        LocatorBoundingBoxResult box = (await Page.Locator(selector).First.BoundingBoxAsync())!;
        ICDPSession session = await _context.NewCDPSessionAsync(Page);
        await session.SendAsync("Input.dispatchDragEvent", new()
        {
            ["type"] = type,
            ["x"] = box.X + (box.Width / 2),
            ["y"] = box.Y + (box.Height / 2),
            ["data"] = new Dictionary<string, object> { ["items"] = Array.Empty<object>(), ["files"] = files, ["dragOperationsMask"] = 1 },
        });
    }

    /// <summary>From now on the page remembers what comes and matches, however soon it goes: a busy machine looks too late for what stays a second.</summary>
    internal Task KeepAsync(string selector) => Page.EvaluateAsync("""
        selector => {
          const kept = (window.keptWords ??= {});
          kept[selector] = undefined;
          const look = () => { kept[selector] ??= document.querySelector(selector)?.textContent ?? undefined; };
          new MutationObserver(look).observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["class"], characterData: true });
        }
        """, selector);

    /// <summary>The text of what matched since <see cref="KeepAsync"/>; waits until something has.</summary>
    internal async Task<string> WasAsync(string selector)
    {
        await Page.WaitForFunctionAsync("selector => window.keptWords[selector] !== undefined", selector);
        return await Page.EvaluateAsync<string>("selector => window.keptWords[selector]", selector);
    }

    /// <summary>Keeps a picture of the page where SCREENSHOTS names a folder.</summary>
    internal async Task PictureAsync(string name)
    {
        if (Environment.GetEnvironmentVariable("SCREENSHOTS") is { Length: > 0 } folder)
            await Page.ScreenshotAsync(new() { Path = Path.Combine(folder, name + ".png") });
    }

    /// <summary>Also says every fault in full: an assertion shows the first letters of each.</summary>
    public async ValueTask DisposeAsync()
    {
        await _context.DisposeAsync();
        lock (Faults)
            foreach (string fault in Faults)
                Console.WriteLine("Fault of a page: " + fault);
    }

    private void Add(string fault)
    {
        lock (Faults)
            Faults.Add(fault);
    }
}
