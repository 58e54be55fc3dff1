using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using HunyuanOcr.Inference;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace HunyuanOcr.Web.Tests.Browser;

/// <summary>A page of 1,500 lines in a real browser: it can be zoomed, scrolled and worked with while its text streams. HUNYUANOCR_VIEWER_RESULTS names a folder for how long that took (bench/viewer.sh).</summary>
public sealed class LongPageBrowserTests : IClassFixture<Chromium>, IDisposable
{
    private const int Lines = 1500;

    /// <summary>So many keys and clicks at least fall into the stream.</summary>
    private const int Asked = 8;
    private static readonly JsonSerializerOptions _layout = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly Chromium _chromium;
    private readonly TestApp _app = new();
    private readonly string _address;
    private readonly string _picture;

    public LongPageBrowserTests(Chromium chromium)
    {
        _chromium = chromium;
        _address = _app.Listen();
        _picture = Path.Combine(_app.Folder, "long.png");
        File.WriteAllBytes(_picture, TestPictures.Png(1240, 1754));
    }

    public void Dispose() => _app.Dispose();

    [BrowserFact]
    public async Task Fifteen_hundred_boxes_are_drawn_and_zoomed_at_the_pointer()
    {
        _app.Reader.Script = static (_, cancel) => (ScriptedAnswer.Long(Lines) with { Pace = TimeSpan.Zero }).PlayAsync(cancel);
        await using Visit visit = await Visit.OpenAsync(_chromium, _address);
        await visit.DropAsync(".drop", _picture);
        await Expect(visit.Page.Locator(".pane:not([aria-busy]) .lines.many")).ToHaveAttributeAsync("data-count", "1500", new() { Timeout = 120_000 });
        await Expect(visit.Page.Locator(".ov .new")).ToHaveCountAsync(0);
        Assert.Equal(Lines, await visit.Page.EvaluateAsync<int>("() => [...document.querySelectorAll('.ov path:not(.found)')].reduce((boxes, path) => boxes + ((path.getAttribute('d') ?? '').match(/M/g)?.length ?? 0), 0)"));
        string fitted = (await visit.Page.Locator(".tools output").TextContentAsync())!;

        await visit.Page.Locator(".stage").HoverAsync();
        BrowserTrace trace = await BrowserTrace.StartAsync(_chromium.Browser);
        for (int turn = 0; turn < 120; turn++)
        {
            await visit.Page.Mouse.WheelAsync(0, turn % 60 < 30 ? -60 : 60);
            await visit.Page.EvaluateAsync("() => new Promise(requestAnimationFrame)");
            if (turn == 30)
                Assert.NotEqual(fitted, await visit.Page.Locator(".tools output").TextContentAsync());
        }
        IReadOnlyList<TracedFrame> frames = await trace.StopAsync();
        Assert.True(frames.Count(frame => frame.Busy > 0) >= 60, $"{frames.Count} frames were traced");
        Assert.Empty(visit.Faults);
        await KeepAsync("zoom", new { Boxes = Lines, Frames = frames.Count, ScriptAndLayoutMs = Spread(frames.Select(frame => frame.Busy)), OfThemProcessorMs = Spread(frames.Select(frame => frame.Processor)), PaintMs = Spread(frames.Select(frame => frame.Paint)) });
    }

    [BrowserFact]
    public async Task The_page_answers_while_fifteen_hundred_lines_stream()
    {
        TaskCompletionSource enough = new();
        _app.Reader.Script = (_, cancel) => LastQuarterWaits(enough.Task, cancel);
        await using Visit visit = await Visit.OpenAsync(_chromium, _address);
        await visit.Page.EvaluateAsync("""
            () => {
              window.answered = [];
              new PerformanceObserver(list => { for (const entry of list.getEntries()) if (entry.interactionId) window.answered.push([entry.interactionId, entry.name, entry.duration, entry.processingStart - entry.startTime, entry.processingEnd - entry.processingStart]); })
                .observe({ type: "event", durationThreshold: 16, buffered: true });
            }
            """);
        await visit.DropAsync(".drop", _picture);
        await Expect(visit.Page.Locator(".lines.many")).ToBeVisibleAsync(new() { Timeout = 120_000 });
        BrowserTrace trace = await BrowserTrace.StartAsync(_chromium.Browser);
        int asked = 0;
        while (asked < 60 && await visit.Page.Locator(".pane[aria-busy]").CountAsync() > 0)
        {
            await visit.Page.Keyboard.PressAsync((asked % 4) switch { 0 => "ArrowDown", 1 => "+", 2 => "b", _ => "0" });
            try
            {
                await visit.Page.Locator(".lines li[data-line]").Nth(5 + (asked % 10)).ClickAsync(new() { Force = true });
            }
            catch (PlaywrightException gone) when (gone.Message.StartsWith("Element is not ", StringComparison.Ordinal))
            {
                // The list took this line out of the page just before the click; its key counts for nothing either.
                continue;
            }
            asked += 2;
            if (asked >= Asked)
                enough.TrySetResult();
        }
        enough.TrySetResult();
        await trace.StopAsync();
        Assert.True(asked >= Asked, $"only {asked} keys and clicks fell into the stream");
        await Expect(visit.Page.Locator(".pane:not([aria-busy]) .lines.many")).ToHaveAttributeAsync("data-count", "1500", new() { Timeout = 240_000 });
        Assert.Empty(visit.Faults);
        JsonElement answered = await visit.Page.EvaluateAsync<JsonElement>("() => window.answered");
        // An interaction is several events; its slowest is what the visitor waited for. Those under 16 ms are not reported by the browser.
        List<double> slowest = [.. answered.EnumerateArray().GroupBy(entry => entry[0].GetDouble()).Select(entries => entries.Max(entry => entry[2].GetDouble()))];
        await KeepAsync("streaming", new { Lines, Interactions = asked, UnderSixteenMs = Math.Max(0, asked - slowest.Count), ToNextPaintMs = slowest.Count == 0 ? null : Spread(slowest), TaskProcessorMs = Spread(trace.Tasks), Slowest = answered.EnumerateArray().OrderByDescending(entry => entry[2].GetDouble()).Take(5).Select(entry => new { Event = entry[1].GetString(), Ms = entry[2].GetDouble(), DelayMs = entry[3].GetDouble(), ScriptMs = entry[4].GetDouble() }) });
    }

    [BrowserFact]
    public async Task A_streamed_list_that_gave_way_to_the_finished_one_hears_nothing_more_of_what_is_in_sight()
    {
        TaskCompletionSource rest = new();
        _app.Reader.Script = (_, cancel) => (ScriptedAnswer.Long(Lines) with { Pace = TimeSpan.Zero, Hold = (Lines / 2, rest.Task) }).PlayAsync(cancel);
        await using Visit visit = await Visit.OpenAsync(_chromium, _address);
        // A busy browser tells later what it saw in an earlier frame.
        await visit.Page.AddInitScriptAsync("""
            window.held = [];
            window.IntersectionObserver = class extends IntersectionObserver {
              constructor(tell, options) { super((entries, self) => { if (window.holding) held.push(() => tell(entries, self)); else tell(entries, self); }, options); }
            };
            """);
        await visit.Page.ReloadAsync();
        await visit.Page.WaitForFunctionAsync("() => document.documentElement.dataset.live === 'true'");
        await visit.DropAsync(".drop", _picture);
        await Expect(visit.Page.Locator(".lines.many")).ToHaveAttributeAsync("data-count", $"{Lines / 2}", new() { Timeout = 120_000 });
        await visit.Page.WaitForFunctionAsync("() => { window.holding = true; const text = document.querySelector('.pane .scroll'); text.scrollTop = text.scrollTop > 0 ? 0 : text.scrollHeight; return held.length > 0; }", null, new() { PollingInterval = 100 });
        rest.SetResult();
        await Expect(visit.Page.Locator(".pane:not([aria-busy]) .lines.many")).ToHaveAttributeAsync("data-count", "1500", new() { Timeout = 120_000 });

        await visit.Page.EvaluateAsync("() => { window.holding = false; for (const tell of held) tell(); }");
        // What the server answers to this comes after what it answered to that.
        await visit.Page.GetByRole(AriaRole.Tab).Filter(new() { HasText = "Lines" }).First.ClickAsync();
        await Expect(visit.Page.Locator(".pane table")).ToBeVisibleAsync();
        Assert.Empty(visit.Faults);
    }

    /// <summary>Many lines at full speed, the last quarter of them a few a second until enough was asked of the page: a busy machine may need longer for that than the stream takes.</summary>
    private static async IAsyncEnumerable<OcrEvent> LastQuarterWaits(Task enough, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        int lines = 0;
        await foreach (OcrEvent happened in (ScriptedAnswer.Long(Lines) with { Pace = TimeSpan.FromMilliseconds(1) }).PlayAsync(cancellationToken))
        {
            if (happened is OcrDelta { Lines.Count: > 0 } && ++lines > Lines * 3 / 4 && !enough.IsCompleted)
                await Task.WhenAny(enough, Task.Delay(250, cancellationToken));
            yield return happened;
        }
    }

    private static object Spread(IEnumerable<double> numbers)
    {
        double[] sorted = [.. numbers.Order()];
        double At(double share) => sorted.Length == 0 ? 0 : Math.Round(sorted[(int)Math.Round(share * (sorted.Length - 1))], 2);
        return new { Median = At(0.5), P95 = At(0.95), P99 = At(0.99), Most = At(1) };
    }

    private static async Task KeepAsync(string scenario, object result)
    {
        if (Environment.GetEnvironmentVariable("HUNYUANOCR_VIEWER_RESULTS") is not { Length: > 0 } folder)
            return;
        string date = DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        string processor = File.Exists("/proc/cpuinfo") ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown" : RuntimeInformation.ProcessArchitecture.ToString();
        string[] load = File.Exists("/proc/loadavg") ? (await File.ReadAllTextAsync("/proc/loadavg")).Split(' ') : [];
        await File.WriteAllTextAsync(Path.Combine(folder, $"{date}-viewer-{scenario}.json"), JsonSerializer.Serialize(new
        {
            Scenario = "viewer " + scenario,
            Command = "bench/viewer.sh",
            Date = DateTime.UtcNow.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + " UTC",
            Machine = new { Processor = processor, Cores = Environment.ProcessorCount, System = RuntimeInformation.OSDescription, Runtime = RuntimeInformation.FrameworkDescription, LoadAverage = load.Length > 0 ? load[0] : null },
            Result = result,
        }, _layout) + "\n");
    }
}
