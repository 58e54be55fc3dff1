using HunyuanOcr.Inference;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HunyuanOcr.Web.Tests.Browser;

/// <summary>The Batch page by keyboard alone: everything is reached by Tab, one sees where the focus is, and it stays there while rows are drawn again.</summary>
public sealed class BatchKeyboardBrowserTests : IClassFixture<Chromium>, IDisposable
{
    /// <summary>What has the focus by the name that it is read out under; "unseen" before it where it has no ring.</summary>
    private const string Focused = """
        () => {
          const element = document.activeElement;
          if (!element || element === document.body) return '';
          const style = getComputedStyle(element), ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1;
          return (ring ? '' : 'unseen ') + (element.getAttribute('aria-label') ?? element.innerText).trim().replace(/\s+/g, ' ');
        }
        """;

    private readonly Chromium _chromium;
    private readonly TestApp _app = new(new() { ["Batch:Parallel"] = "1" });
    private readonly string _address;
    private readonly string _files = Directory.CreateTempSubdirectory("hunyuanocr-batch-").FullName;
    private TaskCompletionSource _hold = new();
    private bool _broken = true;

    public BatchKeyboardBrowserTests(Chromium chromium)
    {
        _chromium = chromium;
        _app.Reader.Script = (request, cancel) => (request.Pictures[0].Name == "fails.png" && _broken
            ? ScriptedAnswer.Invoice with { Pace = TimeSpan.Zero, Fail = (1, new InvalidOperationException("out of luck")) }
            : ScriptedAnswer.Invoice with { Pace = TimeSpan.Zero, Hold = (2, _hold.Task) }).PlayAsync(cancel);
        _address = _app.Listen();
    }

    public void Dispose()
    {
        _hold.TrySetResult();
        _app.Dispose();
        Directory.Delete(_files, recursive: true);
    }

    [BrowserFact]
    public async Task A_batch_is_started_paused_resumed_retried_and_downloaded_by_keyboard_alone()
    {
        await using Visit visit = await Visit.OpenAsync(_chromium, _address + "/batch");
        IPage page = visit.Page;
        await TabToAsync(page, "Choose files");
        IFileChooser chooser = await page.RunAndWaitForFileChooserAsync(() => page.Keyboard.PressAsync("Enter"));
        await chooser.SetFilesAsync([Write("first.png"), Write("fails.png"), Write("last.png")]);
        await Expect(page.Locator("tbody tr[aria-rowindex]")).ToHaveCountAsync(3);
        await Expect(page.Locator("tr.reading")).ToHaveCountAsync(1);

        await TabToAsync(page, "Pause");
        await page.Keyboard.PressAsync("Enter");
        await FocusStaysAsync(page, "Resume");
        await Expect(page.Locator("header .btn", new() { HasText = "Pause" })).ToHaveCountAsync(0);
        await page.Keyboard.PressAsync("Enter");
        await FocusStaysAsync(page, "Pause");

        _hold.SetResult();
        await Expect(page.Locator("tr.done")).ToHaveCountAsync(2);
        await Expect(page.Locator("tr.failed")).ToHaveCountAsync(1);
        // Nothing is left to pause: the focus went to what stands in its place.
        await FocusStaysAsync(page, "Retry 1 failed");

        _broken = false;
        _hold = new();
        await TabToAsync(page, "Retry fails.png");
        await page.Keyboard.PressAsync("Enter");
        await FocusStaysAsync(page, "Cancel fails.png");
        await Expect(page.Locator("tr.reading")).ToContainTextAsync("Line 2");
        await FocusStaysAsync(page, "Cancel fails.png");
        _hold.SetResult();
        await Expect(page.Locator("tr.done")).ToHaveCountAsync(3);
        await FocusStaysAsync(page, "Download fails.png");
        IDownload one = await page.RunAndWaitForDownloadAsync(() => page.Keyboard.PressAsync("Enter"));
        Assert.EndsWith(".txt", one.SuggestedFilename, StringComparison.Ordinal);

        await TabToAsync(page, "Download all");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("[role=menu]")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("[role=menu]")).ToHaveCountAsync(0);
        await FocusStaysAsync(page, "Download all");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("[role=menu]")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("ArrowDown");
        await FocusStaysAsync(page, "Workbook XLSX");
        IDownload all = await page.RunAndWaitForDownloadAsync(() => page.Keyboard.PressAsync("Enter"));
        Assert.EndsWith(".xlsx", all.SuggestedFilename, StringComparison.Ordinal);
        Assert.Empty(visit.Faults);
    }

    /// <summary>Tab by Tab to a control, from wherever the focus is.</summary>
    private static async Task TabToAsync(IPage page, string name)
    {
        List<string> passed = [];
        for (int presses = 0; presses < 80; presses++)
        {
            await page.Keyboard.PressAsync("Tab");
            passed.Add(await page.EvaluateAsync<string>(Focused));
            if (passed[^1] == name)
                return;
        }
        Assert.Fail($"Tab does not lead to \"{name}\", but to {string.Join(" · ", passed.Distinct())}");
    }

    /// <summary>It comes to have the focus, and a second of drawing later still has it.</summary>
    private static async Task FocusStaysAsync(IPage page, string name)
    {
        string focused = "";
        for (int tries = 0; tries < 300 && focused != name; tries++)
        {
            await Task.Delay(100);
            focused = await page.EvaluateAsync<string>(Focused);
        }
        Assert.Equal(name, focused);
        await Task.Delay(1200);
        Assert.Equal(name, await page.EvaluateAsync<string>(Focused));
    }

    private string Write(string name)
    {
        string path = Path.Combine(_files, name);
        File.WriteAllBytes(path, TestPictures.Png(300, 400));
        return path;
    }
}
