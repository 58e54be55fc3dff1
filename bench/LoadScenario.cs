using System.Diagnostics;
using HunyuanOcr.Inference;

namespace HunyuanOcr.Bench;

/// <summary>Many requests of random sizes at once, some of them cancelled at random moments: every other answer right, no block left, memory flat.</summary>
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
        var alone = new string[questions.Length];
        for (int i = 0; i < questions.Length; i++)
            alone[i] = (await engine.ReadAsync(questions[i])).Text;

        var tally = new Tally();
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
            TimeSpan? after = toCancel.Contains(i) ? TimeSpan.FromMilliseconds(random.Next(600)) : null;
            running.Add(OneAsync(engine, questions[which], alone[which], after, tally, places));
            if ((i + 1) % 100 == 0 || i + 1 == requests)
            {
                await Task.WhenAll(running);
                (long managed, long native) = Memory();
                memory.Add(new { After = i + 1, ManagedBytes = managed, ResidentBytes = native });
                marks[i + 1 == 100 ? 0 : 1] = (managed, native);
            }
        }
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
            Seconds = Math.Round(watch.Elapsed.TotalSeconds, 1),
            BlocksInUseAtTheEnd = engine.Status.BlocksUsed,
            Memory = memory,
            ManagedGrowthPercent = Growth(marks[0].Managed, marks[1].Managed),
            ResidentGrowthPercent = Growth(marks[0].Native, marks[1].Native),
        };
    }

    private static async Task OneAsync(OcrEngine engine, OcrRequest question, string alone, TimeSpan? cancelAfter, Tally tally, SemaphoreSlim places)
    {
        using var cancel = new CancellationTokenSource();
        if (cancelAfter is { } after)
            cancel.CancelAfter(after);
        try
        {
            string text = (await engine.ReadAsync(question, cancel.Token)).Text;
            if (cancelAfter is not null)
                Interlocked.Increment(ref tally.EndedBeforeTheirCancel);
            Interlocked.Increment(ref text == alone ? ref tally.Right : ref tally.Wrong);
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
    }
}
