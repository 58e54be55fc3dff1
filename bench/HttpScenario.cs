using System.Diagnostics;
using HunyuanOcr.Inference;

namespace HunyuanOcr.Bench;

/// <summary>Requests a second and latency over HTTP at several numbers of clients, and what HTTP costs over the engine alone at eight.</summary>
/// <remarks>The engine is measured in this process before and after the server, so that a machine that warms up or slows down shows.
/// Neither keeps vectors of pictures: every request does its whole work.</remarks>
internal static class HttpScenario
{
    private const int Compared = 8;

    public static async Task<object> RunAsync(Arguments arguments)
    {
        int requests = arguments.Number("requests", 64), tokens = arguments.Number("tokens", 64), threads = arguments.Number("threads", 0);
        IReadOnlyList<string> pages = arguments.Files("pages");
        EngineOptions options = BenchEngine.Options(arguments) with { VisionCacheMegabytes = 0 };
        double before = await EngineAsync(options, pages, requests, tokens);
        var levels = new List<Level>();
        await using (ServerProcess server = await ServerProcess.StartAsync(arguments.Required("server"),
            ["--Model:Folder", Path.GetFullPath(options.ModelFolder), "--Engine:VisionCacheMegabytes", "0", "--Engine:Threads", FormattableString.Invariant($"{threads}"),
             "--Engine:MaxSequences", FormattableString.Invariant($"{options.MaxSequences}")]))
        {
            ChatCall[] calls = [.. pages.Select(page => new ChatCall(page, tokens))];
            using HttpClient client = ChatCall.Client(server.Address);
            await calls[0].SendAsync(client);
            foreach (int clients in (int[])[1, Compared, 32])
                levels.Add(await LevelAsync(client, calls, clients, Math.Max(requests, clients)));
        }
        double after = await EngineAsync(options, pages, requests, tokens), alone = (before + after) / 2;
        double http = levels.Single(level => level.Clients == Compared).RequestsASecond;
        return new
        {
            Pages = pages.Count,
            AnswerTokens = tokens,
            Http = levels,
            EngineAloneRequestsASecond = new[] { Math.Round(before, 3), Math.Round(after, 3) },
            HttpOverheadPercentAt8 = Math.Round(100 * (1 - (http / alone)), 2),
        };
    }

    private static async Task<double> EngineAsync(EngineOptions options, IReadOnlyList<string> pages, int requests, int tokens)
    {
        OcrPicture[] pictures = [.. pages.Select(page => new OcrPicture(File.ReadAllBytes(page), Path.GetFileName(page)))];
        await using OcrEngine engine = await OcrEngine.LoadAsync(options);
        OcrRequest Request(int i) => new() { Pictures = [pictures[i % pictures.Length]], Task = OcrTask.Free, Prompt = "OCR::", MaxTokens = tokens, Sampling = new SamplingOptions { Temperature = 0 } };
        await engine.ReadAsync(Request(0));
        var watch = Stopwatch.StartNew();
        await Parallel.ForEachAsync(Enumerable.Range(0, requests), new ParallelOptions { MaxDegreeOfParallelism = Compared }, async (i, _) => await engine.ReadAsync(Request(i), CancellationToken.None));
        return requests / watch.Elapsed.TotalSeconds;
    }

    private static async Task<Level> LevelAsync(HttpClient client, ChatCall[] calls, int clients, int requests)
    {
        var seconds = new double[requests];
        long tokens = 0;
        var watch = Stopwatch.StartNew();
        await Parallel.ForEachAsync(Enumerable.Range(0, requests), new ParallelOptions { MaxDegreeOfParallelism = clients }, async (i, stop) =>
        {
            (_, int count, seconds[i]) = await calls[i % calls.Length].SendAsync(client, stop);
            Interlocked.Add(ref tokens, count);
        });
        double total = watch.Elapsed.TotalSeconds;
        return new Level(clients, requests, Math.Round(requests / total, 3), Math.Round(tokens / total, 1), Spread.Percentile(seconds, 50, 4), Spread.Percentile(seconds, 95, 4), Spread.Percentile(seconds, 99, 4));
    }

    private sealed record Level(int Clients, int Requests, double RequestsASecond, double TokensASecond, double P50Seconds, double P95Seconds, double P99Seconds);
}
