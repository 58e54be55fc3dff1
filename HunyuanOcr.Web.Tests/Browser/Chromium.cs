using Microsoft.Playwright;

namespace HunyuanOcr.Web.Tests.Browser;

/// <summary>One real browser for a class of tests, found through CHROMIUM_PATH or where Debian puts it.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    internal static string? Path { get; } = new[] { Environment.GetEnvironmentVariable("CHROMIUM_PATH"), "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(path => path is not null && File.Exists(path));

    internal IBrowser Browser => _browser!;

    public async Task InitializeAsync()
    {
        if (Path is null)
            return;
        // A busy machine may stand still for seconds; what never comes fails all the same.
        Assertions.SetDefaultExpectTimeout(30_000);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Path,
            Headless = true,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-default-apps"],
        });
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
            await _browser.CloseAsync();
        _playwright?.Dispose();
    }
}

/// <summary>A test in a real browser; where the machine has none it is skipped and says so.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute()
    {
        if (Chromium.Path is null)
            Skip = "There is no Chromium on this machine: install it, or set CHROMIUM_PATH.";
    }
}

/// <summary>As <see cref="BrowserFactAttribute"/>, for several windows or files.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserTheoryAttribute : TheoryAttribute
{
    public BrowserTheoryAttribute()
    {
        if (Chromium.Path is null)
            Skip = "There is no Chromium on this machine: install it, or set CHROMIUM_PATH.";
    }
}
