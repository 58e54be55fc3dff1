using System.Diagnostics;
using HunyuanOcr.Inference;

namespace HunyuanOcr.Bench;

/// <summary>One long answer that runs while pages keep arriving: the time between two of its tokens, taken from the engine's steps, beside the time of a vision pass.</summary>
/// <remarks>The long answer has a token in every step. A caller sees pieces of several tokens, so the steps are watched by a thread of their own.</remarks>
internal static class StreamScenario
{
    public static async Task<object> RunAsync(Arguments arguments)
    {
        int inFlight = arguments.Number("in-flight", 16), tokens = arguments.Number("tokens", 1000), arriving = arguments.Number("arriving-tokens", 64);
        OcrRequest[] pages = [.. arguments.Files("pages").Select(file => new OcrRequest
        {
            Pictures = [new OcrPicture(File.ReadAllBytes(file), Path.GetFileName(file))], MaxTokens = arriving, StopOnRepetition = false,
        })];
        await using OcrEngine engine = await OcrEngine.LoadAsync(BenchEngine.Options(arguments) with { VisionCacheMegabytes = 0 });
        await engine.ReadAsync(pages[0]);
        using var ended = new CancellationTokenSource();
        Task<OcrResult[]> others = Task.FromResult(Array.Empty<OcrResult>());
        Task<List<double>> gaps = Task.FromResult(new List<double>());
        OcrResult? answer = null;
        EngineCounters before = engine.Status.Counters;
        await foreach (OcrEvent happened in engine.StreamAsync(pages[0] with { MaxTokens = tokens }))
        {
            if (happened is OcrDelta && others.IsCompleted && !ended.IsCancellationRequested)
            {
                others = Arrive(engine, pages, inFlight, ended.Token);
                gaps = Task.Factory.StartNew(() => Watch(engine, ended.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            }
            answer = happened is OcrFinished finished ? finished.Result : answer;
        }
        EngineCounters counted = engine.Status.Counters.Since(before);
        await ended.CancelAsync();
        List<double> between = await gaps;
        OcrResult[] read = await others;
        double vision = Spread.Of(read.Select(result => result.Timings.Vision.TotalMilliseconds)).Median, late = Spread.Percentile(between, 99, 3);
        return new
        {
            engine.Status.Model,
            engine.Status.Device,
            AnswerTokens = answer!.Tokens.Count,
            PagesRead = read.Length,
            InFlight = inFlight,
            counted.Steps,
            counted.VisionPasses,
            counted.Preemptions,
            BetweenTokensMilliseconds = new { Median = Spread.Percentile(between, 50, 3), P90 = Spread.Percentile(between, 90, 3), P99 = late, Most = Spread.Percentile(between, 100, 3) },
            VisionMilliseconds = vision,
            P99OverVision = Math.Round(late / vision, 3),
        };
    }

    // As one is read the next comes, until the long answer has ended.
    private static async Task<OcrResult[]> Arrive(OcrEngine engine, OcrRequest[] pages, int inFlight, CancellationToken ended)
    {
        int next = 0;
        IEnumerable<List<OcrResult>> read = await Task.WhenAll(Enumerable.Range(0, inFlight).Select(_ => Task.Run(async () =>
        {
            var own = new List<OcrResult>();
            while (!ended.IsCancellationRequested)
                own.Add(await engine.ReadAsync(pages[Interlocked.Increment(ref next) % pages.Length], CancellationToken.None));
            return own;
        }, CancellationToken.None)));
        return [.. read.SelectMany(own => own)];
    }

    private static List<double> Watch(OcrEngine engine, CancellationToken ended)
    {
        var between = new List<double>();
        long steps = engine.Status.Counters.Steps, last = 0;
        while (!ended.IsCancellationRequested)
        {
            long now = engine.Status.Counters.Steps;
            if (now == steps)
            {
                Thread.SpinWait(20);
                continue;
            }
            long at = Stopwatch.GetTimestamp();
            if (last > 0)
                between.Add(Stopwatch.GetElapsedTime(last, at).TotalMilliseconds);
            (steps, last) = (now, at);
        }
        return between;
    }
}
