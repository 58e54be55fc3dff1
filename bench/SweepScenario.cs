using System.Diagnostics;
using HunyuanOcr.Inference;

namespace HunyuanOcr.Bench;

/// <summary>Pages of several sizes, with several in flight, by one engine: pages a second and the times of a page.</summary>
internal static class SweepScenario
{
    public static async Task<object> RunAsync(Arguments arguments)
    {
        int tokens = arguments.Number("tokens", 256);
        IReadOnlyList<int> inFlight = arguments.Numbers("in-flight");
        await using OcrEngine engine = await OcrEngine.LoadAsync(BenchEngine.Options(arguments) with { VisionCacheMegabytes = 0 });
        var rows = new List<object>();
        foreach (string folder in arguments.Files("folders"))
        {
            OcrRequest[] requests = [.. Directory.EnumerateFiles(folder, "*.jpg").Order(StringComparer.Ordinal).Select(file => new OcrRequest
            {
                Pictures = [new OcrPicture(File.ReadAllBytes(file), Path.GetFileName(file))], MaxTokens = tokens, StopOnRepetition = false,
            })];
            await engine.ReadAsync(requests[0]);
            foreach (int count in inFlight)
                rows.Add(await MeasureAsync(engine, folder, requests, count));
        }
        return new { engine.Status.Model, engine.Status.Device, AnswerTokens = tokens, Rows = rows };
    }

    // As many pages as are in flight, two at least, all sent at once.
    private static async Task<object> MeasureAsync(OcrEngine engine, string folder, OcrRequest[] requests, int inFlight)
    {
        int pages = Math.Max(2, inFlight);
        var gaps = new List<double>();
        EngineCounters before = engine.Status.Counters;
        var watch = Stopwatch.StartNew();
        OcrResult[] results = await InFlight.AllAsync(Enumerable.Range(0, pages), inFlight, page => PagesScenario.ReadAsync(engine, requests[page % requests.Length], gaps));
        double seconds = watch.Elapsed.TotalSeconds;
        EngineCounters counted = engine.Status.Counters.Since(before);
        return new
        {
            Size = Path.GetFileName(folder),
            InFlight = inFlight,
            Pages = pages,
            PromptTokens = results[0].PromptTokens,
            PagesASecond = Math.Round(pages / seconds, 2),
            TokensASecond = Math.Round(results.Sum(result => result.Tokens.Count) / seconds),
            SecondsAPage = Spread.Of(results.Select(result => result.Timings.Total.TotalSeconds), 3),
            FirstToken = Spread.Of(results.Select(result => result.Timings.FirstToken.TotalSeconds), 3),
            Vision = Spread.Of(results.Select(result => result.Timings.Vision.TotalSeconds), 4),
            MedianBetweenTokensMilliseconds = Spread.Percentile(gaps, 50, 3),
            StepsBusyPercent = Math.Round(100 * counted.ModelTime.TotalSeconds / seconds, 1),
        };
    }
}
