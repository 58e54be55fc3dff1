using HunyuanOcr.Inference;
using HunyuanOcr.Web.Telemetry;
using HunyuanOcr.Web.Tests.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HunyuanOcr.Web.Tests.Browser;

/// <summary>The Status page in a real browser. SCREENSHOTS keeps the pictures.</summary>
public sealed class StatusBrowserTests : IClassFixture<Chromium>, IAsyncLifetime, IDisposable
{
    private readonly Chromium _chromium;
    private readonly TestApp _app = new();
    private readonly string _address;

    public StatusBrowserTests(Chromium chromium)
    {
        _chromium = chromium;
        _app.Reader.Report = static status => status with
        {
            Model = new ModelDescription("hunyuanocr-demo", "9f41c07a22d8", "fp32, vision int8", 32_768, 589_824, "0.1.0"), Device = "cpu", Running = 3, Waiting = 1, BlocksUsed = 210, BlocksTotal = 512,
        };
        _address = _app.Listen();
    }

    public async Task InitializeAsync()
    {
        using HttpClient client = await MetricsTests.ReadyAsync(_app);
        StatusSeries series = _app.Services.GetRequiredService<StatusSeries>();
        for (int i = 0; i < StatusSeries.Length; i++)
            series.Add(new(600 + (200 * Math.Sin(i / 9.0)), 0.35 + (0.1 * Math.Sin(i / 5.0)), 0.8 + (0.2 * Math.Cos(i / 7.0)), 0.4 + (0.2 * Math.Sin(i / 20.0)), (int)(4 + (3 * Math.Sin(i / 12.0)))));
        RecentErrors errors = _app.Services.GetRequiredService<RecentErrors>();
        foreach ((int status, int times) in new[] { (500, 1), (413, 1), (429, 12), (415, 1), (422, 1) })
            for (int i = 0; i < times; i++)
                errors.Add(status, null, $"7f3a90c2{i:00}");
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _app.Dispose();

    [BrowserTheory]
    [InlineData("light", "en-GB", 1440, 900)]
    [InlineData("dark", "en-GB", 1440, 900)]
    [InlineData("light", "zh-CN", 1440, 900)]
    [InlineData("dark", "zh-CN", 390, 844)]
    [InlineData("light", "en-GB", 390, 844)]
    [InlineData("light", "en-GB", 375, 812)]
    public async Task The_page_shows_what_runs_four_charts_errors_and_the_model_and_fits_its_window(string theme, string language, int width, int height)
    {
        await using IBrowserContext context = await _chromium.Browser.NewContextAsync(new() { Locale = language, ColorScheme = theme == "dark" ? ColorScheme.Dark : ColorScheme.Light, ViewportSize = new() { Width = width, Height = height } });
        IPage page = await context.NewPageAsync();
        List<string> faults = [];
        page.Console += (_, message) => { if (message.Type is "error" or "warning") faults.Add(message.Text); };
        page.PageError += (_, error) => faults.Add(error);
        await page.GotoAsync(_address + "/status");
        await Expect(page.Locator("header .btn:not(.quiet)")).ToBeEnabledAsync();
        await Expect(page.Locator(".tile")).ToHaveCountAsync(4);
        await Expect(page.Locator(".tile").First).ToContainTextAsync("3");
        await Expect(page.Locator("svg.chart path.a[d^=M]")).ToHaveCountAsync(4);
        await Expect(page.Locator(".tbl tbody tr")).ToHaveCountAsync(5);
        await Expect(page.Locator(".kv")).ToContainTextAsync("9f41 c07a 22d8");
        Assert.Equal(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
        if (Environment.GetEnvironmentVariable("SCREENSHOTS") is { Length: > 0 } folder)
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"status-{theme}-{language[..2]}-{width}.png"), FullPage = true });
        Assert.Empty(faults);
    }

    [BrowserTheory]
    [InlineData("light", "en-GB", 1440, 900, "The model is being loaded.", "The engine failed and is being loaded afresh.", "Nothing can be read")]
    [InlineData("dark", "zh-CN", 390, 844, "模型正在加载", "引擎出错，正在重新加载", "暂时无法识别")]
    public async Task A_server_that_gets_ready_or_whose_engine_failed_says_so_in_the_visitors_language(string theme, string language, int width, int height, string loading, string afresh, string stopped)
    {
        TaskCompletionSource first = new(), second = new();
        int loads = 0;
        using TestApp app = new(load: async (_, _) =>
        {
            if (++loads == 1)
                await first.Task;
            else
                await second.Task;
            return loads == 1 ? _app.Reader : throw new InvalidOperationException("decoder.onnx is not what was exported.");
        });
        string address = app.Listen();
        await using Visit visit = await Visit.OpenAsync(_chromium, address, new() { Locale = language, ColorScheme = theme == "dark" ? ColorScheme.Dark : ColorScheme.Light, ViewportSize = new() { Width = width, Height = height } });
        IPage page = visit.Page;
        await page.GotoAsync(address + "/status");
        await ShowsAsync("loading", ".note.warn", loading);
        await Expect(page.Locator(".chart .none").First).ToBeVisibleAsync();
        first.SetResult();
        await Expect(page.Locator(".status > .note")).ToHaveCountAsync(0);
        _app.Reader.Report = static status => status with { Fault = "CUDA error 700 in step 12" };
        await ShowsAsync("afresh", ".note.warn", afresh);
        await Expect(page.Locator(".note .detail")).ToContainTextAsync("CUDA error 700 in step 12");
        second.SetResult();
        await ShowsAsync("stopped", ".note.bad", stopped);
        await Expect(page.Locator(".note .detail")).ToContainTextAsync("decoder.onnx is not what was exported.");
        Assert.Empty(visit.Faults);

        async Task ShowsAsync(string state, string note, string words)
        {
            await Expect(page.Locator(note)).ToContainTextAsync(words);
            Assert.Empty(await AccessibilityBrowserTests.FaultsAsync(page));
            Assert.Equal(width, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"));
            await visit.PictureAsync($"status-{state}-{theme}-{width}");
        }
    }

    [BrowserFact]
    public async Task The_bar_leads_here_numbers_move_and_stand_still_once_updates_are_paused()
    {
        await using IBrowserContext context = await _chromium.Browser.NewContextAsync(new() { Locale = "en-GB", ViewportSize = new() { Width = 1440, Height = 900 } });
        IPage page = await context.NewPageAsync();
        await page.GotoAsync(_address);
        await page.WaitForFunctionAsync("() => document.documentElement.dataset.live === 'true'");
        await page.Locator(".nav a[href='/status']").ClickAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync("Ready");
        await Expect(page.Locator(".nav a[aria-current=page]")).ToHaveTextAsync("Status");
        ILocator pause = page.Locator("header .btn:not(.quiet)");
        await Expect(pause).ToBeEnabledAsync();
        _app.Reader.Report = static status => status with { Running = 7, BlocksUsed = 1, BlocksTotal = 4 };
        await Expect(page.Locator(".tile").First).ToContainTextAsync("7");
        await Expect(page.Locator(".tile").Nth(2)).ToContainTextAsync("25");
        await pause.ClickAsync();
        await Expect(pause).ToHaveTextAsync("Resume updates");
        _app.Reader.Report = static status => status with { Running = 5 };
        await Task.Delay(TimeSpan.FromSeconds(5));
        await Expect(page.Locator(".tile").First).ToContainTextAsync("7");
        await pause.ClickAsync();
        await Expect(page.Locator(".tile").First).ToContainTextAsync("5");
        _app.Reader.Report = static status => status with { DeviceMemoryUsed = 70L << 30, DeviceMemoryTotal = 80L << 30 };
        await Expect(page.Locator(".tile").Nth(4)).ToContainTextAsync("70.0of 80.0 GB");
    }
}
