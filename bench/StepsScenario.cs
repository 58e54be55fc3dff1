using System.Diagnostics;
using HunyuanOcr.Inference;

namespace HunyuanOcr.Bench;

/// <summary>A decode step for 1 and for several sequences, through the whole engine: its time, and the share that is not ONNX Runtime's.</summary>
/// <remarks>All sequences ask about the same page, so the vision tower runs once; counted are steps in which all of them decode.</remarks>
internal static class StepsScenario
{
    public static async Task<object> RunAsync(Arguments arguments)
    {
        string page = arguments.Files("pages")[0];
        var picture = new OcrPicture(await File.ReadAllBytesAsync(page), Path.GetFileName(page));
        int tokens = arguments.Number("tokens", 300), repeat = arguments.Number("repeat", 7);
        await using OcrEngine engine = await OcrEngine.LoadAsync(BenchEngine.Options(arguments));
        var question = new OcrRequest { Pictures = [picture], MaxTokens = tokens, StopOnRepetition = false };
        OcrResult alone = await engine.ReadAsync(question);
        var steps = new Dictionary<int, Step>();
        foreach (int batch in Batches(arguments))
        {
            var runs = new List<(double Step, double Share)>();
            for (int run = 0; run < repeat; run++)
                runs.Add(await MeasureAsync(engine, question, batch));
            steps[batch] = new Step(Spread.Of(runs.Select(run => run.Step)), Spread.Of(runs.Select(run => run.Share), 2),
                Spread.Of(runs.Select(run => run.Step * run.Share / 100)));
        }
        return new
        {
            engine.Status.Model,
            engine.Status.Device,
            Context = alone.PromptTokens + tokens / 2,
            Steps = steps,
            BatchOverOne = Math.Round(steps.Values.Last().Milliseconds.Median / steps.Values.First().Milliseconds.Median, 2),
        };
    }

    private static IReadOnlyList<int> Batches(Arguments arguments) => arguments.Optional("batches") is null
        ? [1, arguments.Number("batch", 8)]
        : arguments.Numbers("batches");

    // From the moment at which all have their tenth token until the first one is done.
    private static async Task<(double Milliseconds, double PercentOutsideOnnxRuntime)> MeasureAsync(OcrEngine engine, OcrRequest question, int batch)
    {
        int begun = 0;
        Moment? from = null, to = null;
        await Task.WhenAll(Enumerable.Range(0, batch).Select(async _ =>
        {
            int tokens = 0;
            await foreach (OcrEvent happened in engine.StreamAsync(question))
            {
                int before = tokens;
                tokens += happened is OcrDelta delta ? delta.Tokens.Count : 0;
                if (before < 10 && tokens >= 10 && Interlocked.Increment(ref begun) == batch)
                    from = new Moment(engine.Status.Counters, Stopwatch.GetTimestamp());
                if (to is null && tokens >= question.MaxTokens - 10)
                    Interlocked.CompareExchange(ref to, new Moment(engine.Status.Counters, Stopwatch.GetTimestamp()), null);
            }
        }));
        EngineCounters counted = to!.Counters.Since(from!.Counters);
        TimeSpan wall = Stopwatch.GetElapsedTime(from.Time, to.Time);
        return (wall.TotalMilliseconds / counted.Steps, 100 * (1 - counted.ModelTime / wall));
    }

    private sealed record Moment(EngineCounters Counters, long Time);

    private sealed record Step(Spread Milliseconds, Spread PercentOutsideOnnxRuntime, Spread MillisecondsOutsideOnnxRuntime);
}
