using System.Text.Json;
using Microsoft.Playwright;

namespace HunyuanOcr.Web.Tests.Browser;

/// <summary>What the page's thread did for one frame, in milliseconds.</summary>
/// <param name="Busy">Script, style and layout, by the clock.</param>
/// <param name="Processor">The same without the time in which other programs had the processor.</param>
/// <param name="Paint">Painting and handing over, by the clock.</param>
internal sealed record TracedFrame(double Busy, double Processor, double Paint);

/// <summary>The browser's own trace of its work, as its developer tools draw it, cut into frames.</summary>
internal sealed class BrowserTrace
{
    private static readonly HashSet<string> _work = ["FunctionCall", "EvaluateScript", "FireAnimationFrame", "EventDispatch", "TimerFire", "RunMicrotasks", "UpdateLayoutTree", "Layout", "HitTest", "MinorGC", "MajorGC", "V8.GCScavenger"];
    private static readonly HashSet<string> _paint = ["PrePaint", "Paint", "Layerize", "Commit", "UpdateLayer", "CompositeLayers"];
    private static readonly string[] _categories = ["devtools.timeline", "disabled-by-default-devtools.timeline"];
    private static readonly string[] _others = ["*"];
    private readonly ICDPSession _session;
    private readonly TaskCompletionSource _complete = new();
    private readonly List<TracedEvent> _events = [];

    private BrowserTrace(ICDPSession session) => _session = session;

    /// <summary>Processor time of each task of the page's thread, in milliseconds: while one runs, the page answers nobody.</summary>
    internal IReadOnlyList<double> Tasks { get; private set; } = [];

    internal static async Task<BrowserTrace> StartAsync(IBrowser browser)
    {
        BrowserTrace trace = new(await browser.NewBrowserCDPSessionAsync());
        trace._session.Event("Tracing.dataCollected").OnEvent += (_, data) => trace.Take(data);
        trace._session.Event("Tracing.tracingComplete").OnEvent += (_, _) => trace._complete.TrySetResult();
        await trace._session.SendAsync("Tracing.start", new()
        {
            ["transferMode"] = "ReportEvents",
            ["traceConfig"] = new Dictionary<string, object> { ["includedCategories"] = _categories, ["excludedCategories"] = _others },
        });
        return trace;
    }

    /// <summary>Ends the trace; gives back the frames of the thread that ran the page's animation frames.</summary>
    internal async Task<IReadOnlyList<TracedFrame>> StopAsync()
    {
        await _session.SendAsync("Tracing.end");
        await _complete.Task.WaitAsync(TimeSpan.FromSeconds(60));
        await _session.DetachAsync();
        lock (_events)
        {
            var page = _events.Where(happened => happened.Name == "FireAnimationFrame").GroupBy(happened => happened.Thread).MaxBy(thread => thread.Count());
            Tasks = [.. _events.Where(happened => happened.Thread == page?.Key && happened.Name == "RunTask").Select(happened => happened.Processor)];
            return page is null ? [] : Frames([.. _events.Where(happened => happened.Thread == page.Key).OrderBy(happened => happened.Start).ThenByDescending(happened => happened.Length)]);
        }
    }

    private static List<TracedFrame> Frames(List<TracedEvent> events)
    {
        List<TracedFrame> frames = [];
        TracedFrame frame = new(0, 0, 0);
        double counted = 0;
        bool drawn = false;
        foreach (TracedEvent happened in events)
        {
            drawn |= happened.Name == "FireAnimationFrame";
            // Painting ends a frame; what comes after it belongs to the next.
            if (happened.Name == "Commit")
            {
                // Frames without script of the page's own (a caret, a scrollbar) would only flatter the others.
                if (drawn)
                    frames.Add(frame with { Paint = frame.Paint + happened.Length });
                frame = new(0, 0, 0);
                drawn = false;
                counted = happened.Start + happened.Length;
            }
            // What lies inside another event is counted with it.
            else if (happened.Start >= counted && (_work.Contains(happened.Name) || _paint.Contains(happened.Name)))
            {
                counted = happened.Start + happened.Length;
                frame = _work.Contains(happened.Name)
                    ? frame with { Busy = frame.Busy + happened.Length, Processor = frame.Processor + happened.Processor }
                    : frame with { Paint = frame.Paint + happened.Length };
            }
        }
        return frames;
    }

    private void Take(JsonElement? data)
    {
        if (data is not { } collected)
            return;
        lock (_events)
        {
            foreach (JsonElement happened in collected.GetProperty("value").EnumerateArray())
            {
                if (happened.GetProperty("ph").GetString() == "X")
                    _events.Add(new($"{happened.GetProperty("pid").GetInt64()} {happened.GetProperty("tid").GetInt64()}", happened.GetProperty("name").GetString()!, Milliseconds("ts"), Milliseconds("dur"), Milliseconds("tdur")));

                double Milliseconds(string name) => happened.TryGetProperty(name, out JsonElement microseconds) ? microseconds.GetDouble() / 1000 : 0;
            }
        }
    }

    private sealed record TracedEvent(string Thread, string Name, double Start, double Length, double Processor);
}
