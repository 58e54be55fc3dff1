using System.Diagnostics;
using HunyuanOcr.Inference;

namespace HunyuanOcr.Bench;

/// <summary>Many requests of random sizes at once, some of them cancelled after a random number of tokens: every other answer that of the same page alone, no block left, memory flat.</summary>
internal static class LoadScenario
{
    public static async Task<object> RunAsync(Arguments arguments)
    {
        int requests = arguments.Number("requests", 500), cancelled = arguments.Number("cancelled", 100), inFlight = arguments.Number("in-flight", 24);
        int answerTokens = arguments.Number("tokens", 64);
        var random = new Random(arguments.Number("seed", 1));
        OcrPicture[] pictures = [.. ScaledPictures.Make(arguments.Files("pages"), arguments.Number("sizes", 40), random)];
        await using OcrEngine engine = await OcrEngine.LoadAsync(BenchEngine.Options(arguments) with { VisionCacheMegabytes = 8 });
        OcrRequest[] questions = [.. pictures.Select(picture => new OcrRequest { Pictures = [picture], MaxTokens = answerTokens })];
        var alone = new OcrResult[questions.Length];
        for (int i = 0; i < questions.Length; i++)
            alone[i] = await engine.ReadAsync(questions[i]);

        var tally = new Tally();
        EngineCounters before = engine.Status.Counters;
        var memory = new List<object>();
        (long Managed, long Native)[] marks = [Memory(), Memory()];
        using var places = new SemaphoreSlim(inFlight);
        HashSet<int> toCancel = [.. Enumerable.Range(0, requests).OrderBy(_ => random.Next()).Take(cancelled)];
        var watch = Stopwatch.StartNew();
        var running = new List<Task>();
        for (int i = 0; i < requests; i++)
        {
            await places.WaitAsync();
            int which = random.Next(questions.Length);
            // Half of the tokens at most: those behind come while the cancel is on its way.
            int? after = toCancel.Contains(i) ? random.Next(alone[which].Tokens.Count / 2) : null;
            running.Add(OneAsync(engine, questions[which], alone[which], after, tally, places));
            if ((i + 1) % 100 == 0 || i + 1 == requests)
            {
                await Task.WhenAll(running);
                (long managed, long native) = Memory();
                memory.Add(new { After = i + 1, ManagedBytes = managed, ResidentBytes = native });
                marks[i + 1 == 100 ? 0 : 1] = (managed, native);
            }
        }
        EngineCounters counted = engine.Status.Counters.Since(before);
        return new
        {
            engine.Status.Model,
            Requests = requests,
            InFlight = inFlight,
            Sizes = pictures.Length,
            tally.Right,
            tally.Wrong,
            tally.Cancelled,
            tally.EndedBeforeTheirCancel,
            tally.Failed,
            FirstDifferences = tally.Differences.OrderBy(difference => difference.Lead),
            LargestLeadAtAFirstDifference = tally.Differences.Select(difference => difference.Lead).DefaultIfEmpty(0).Max(),
            counted.Preemptions,
            counted.Steps,
            Blocks = engine.Status.BlocksTotal,
            Seconds = Math.Round(watch.Elapsed.TotalSeconds, 1),
            BlocksInUseAtTheEnd = engine.Status.BlocksUsed,
            Memory = memory,
            ManagedGrowthPercent = Growth(marks[0].Managed, marks[1].Managed),
            ResidentGrowthPercent = Growth(marks[0].Native, marks[1].Native),
        };
    }

    private static async Task OneAsync(OcrEngine engine, OcrRequest question, OcrResult alone, int? cancelAfter, Tally tally, SemaphoreSlim places)
    {
        using var cancel = new CancellationTokenSource();
        try
        {
            OcrResult read = await ReadAsync(engine, question, cancelAfter, cancel);
            if (cancelAfter is not null)
                Interlocked.Increment(ref tally.EndedBeforeTheirCancel);
            Interlocked.Increment(ref read.Text == alone.Text ? ref tally.Right : ref tally.Wrong);
            if (read.Text != alone.Text)
                tally.Add(Compare(read, alone));
        }
        catch (OperationCanceledException)
        {
            Interlocked.Increment(ref tally.Cancelled);
        }
        catch (OcrException)
        {
            Interlocked.Increment(ref tally.Failed);
        }
        finally
        {
            places.Release();
        }
    }

    // Zero: as soon as its picture is being read.
    private static async Task<OcrResult> ReadAsync(OcrEngine engine, OcrRequest question, int? cancelAfter, CancellationTokenSource cancel)
    {
        int tokens = 0;
        await foreach (OcrEvent happened in engine.StreamAsync(question, cancel.Token))
        {
            tokens += happened is OcrDelta delta ? delta.Tokens.Count : 0;
            if (cancelAfter <= tokens && (happened is OcrReading or OcrDelta))
                await cancel.CancelAsync();
            if (happened is OcrFinished finished)
                return finished.Result;
        }
        throw new InvalidOperationException("An answer did not end.");
    }

    /// <summary>Where two answers part, and how far the likelier token was ahead there in the one that ran alone.</summary>
    private static Difference Compare(OcrResult read, OcrResult alone)
    {
        int same = read.Tokens.Zip(alone.Tokens).TakeWhile(pair => pair.First.Id == pair.Second.Id).Count();
        IReadOnlyList<OcrAlternative> likeliest = same < alone.Tokens.Count ? alone.Tokens[same].Alternatives : [];
        return new Difference(same, likeliest.Count < 2 ? 0 : Math.Round(likeliest[0].LogProbability - likeliest[1].LogProbability, 6));
    }

    private static (long Managed, long Resident) Memory()
    {
        for (int i = 0; i < 2; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }
        using var process = Process.GetCurrentProcess();
        return (GC.GetTotalMemory(forceFullCollection: true), process.WorkingSet64);
    }

    private static double Growth(long from, long to) => Math.Round(100.0 * (to - from) / from, 2);

    private sealed class Tally
    {
        public int Right, Wrong, Cancelled, EndedBeforeTheirCancel, Failed;

        private readonly List<Difference> differences = [];

        public IReadOnlyList<Difference> Differences => differences;

        public void Add(Difference difference)
        {
            lock (differences)
                differences.Add(difference);
        }
    }

    private sealed record Difference(int Token, double Lead);
}
