using System.Diagnostics;
using HunyuanOcr.Inference;

namespace HunyuanOcr.Bench;

/// <summary>Reads pages, one or several at a time, each with a fixed number of answer tokens: where the time of a page goes, and pages a second.</summary>
internal static class PagesScenario
{
    public static async Task<object> RunAsync(Arguments arguments)
    {
        int inFlight = arguments.Number("in-flight", 1), tokens = arguments.Number("tokens", 200), repeat = arguments.Number("repeat", 7);
        OcrRequest[] requests = [.. arguments.Files("pages").Select(file => new OcrRequest
        {
            Pictures = [new OcrPicture(File.ReadAllBytes(file), Path.GetFileName(file))],
            MaxTokens = tokens,
            StopOnRepetition = false,
        })];
        await using OcrEngine engine = await OcrEngine.LoadAsync(BenchEngine.Options(arguments) with { VisionCacheMegabytes = 0 });
        for (int i = 0; i < 2; i++)
            await engine.ReadAsync(requests[0]);

        var results = new List<OcrResult>();
        var gaps = new List<double>();
        EngineCounters before = engine.Status.Counters;
        var seconds = new List<double>();
        for (int run = 0; run < repeat; run++)
        {
            var watch = Stopwatch.StartNew();
            results.AddRange(await InFlight.AllAsync(requests, inFlight, request => ReadAsync(engine, request, gaps)));
            seconds.Add(watch.Elapsed.TotalSeconds / requests.Length);
        }
        EngineCounters counted = engine.Status.Counters.Since(before);
        return new
        {
            Model = engine.Status.Model,
            engine.Status.Device,
            InFlight = inFlight,
            Pages = requests.Length,
            AnswerTokens = Spread.Of(results.Select(result => (double)result.Tokens.Count)),
            SecondsAPage = Spread.Of(seconds),
            PagesASecond = Spread.Of(seconds.Select(value => 1 / value), 3),
            BetweenTokensMilliseconds = new { Median = Spread.Percentile(gaps, 50, 3), P90 = Spread.Percentile(gaps, 90, 3), P99 = Spread.Percentile(gaps, 99, 3), Most = Spread.Percentile(gaps, 100, 3) },
            Counted = new { counted.Steps, counted.ScheduledTokens, counted.Preemptions, counted.StepTime, counted.ModelTime, WallSeconds = Math.Round(seconds.Sum() * requests.Length, 3) },
            Seconds = new
            {
                Total = Spread.Of(results.Select(result => result.Timings.Total.TotalSeconds)),
                FirstToken = Spread.Of(results.Select(result => result.Timings.FirstToken.TotalSeconds)),
                // From the call on, until its picture was taken up.
                Queue = Spread.Of(results.Select(result => result.Timings.Queue.TotalSeconds)),
                // Of that: up to where it takes its place; the rest is the way to the engine's thread.
                Intake = Spread.Of(results.Select(result => result.Timings.Intake.TotalSeconds)),
                Picture = Spread.Of(results.Select(result => result.Timings.Picture.TotalSeconds)),
                Vision = Spread.Of(results.Select(result => result.Timings.Vision.TotalSeconds)),
                // Of that: cutting the patches where the card copies them from.
                Patches = Spread.Of(results.Select(result => result.Timings.Patches.TotalSeconds)),
                // From thread to thread: until its picture is begun, then seen, then until the engine's thread knows.
                HandOver = Spread.Of(results.Select(result => HandOver(result.Timings))),
                Prefill = Spread.Of(results.Select(result => result.Timings.Prefill.TotalSeconds)),
                Decode = Spread.Of(results.Select(result => result.Timings.Decode.TotalSeconds)),
            },
        };
    }

    // What is left of the time to the first token.
    private static double HandOver(OcrTimings times) =>
        (times.FirstToken - times.Queue - times.Picture - times.Vision - times.Prefill).TotalSeconds;

    // The time between two pieces of one answer, as a caller sees it.
    internal static async Task<OcrResult> ReadAsync(OcrEngine engine, OcrRequest request, List<double> gaps)
    {
        var own = new List<double>();
        long last = 0;
        await foreach (OcrEvent happened in engine.StreamAsync(request))
        {
            if (happened is OcrDelta)
            {
                long now = Stopwatch.GetTimestamp();
                if (last > 0)
                    own.Add(Stopwatch.GetElapsedTime(last, now).TotalMilliseconds);
                last = now;
            }
            if (happened is not OcrFinished finished)
                continue;
            lock (gaps)
                gaps.AddRange(own);
            return finished.Result;
        }
        throw new InvalidOperationException("An answer did not end.");
    }
}
