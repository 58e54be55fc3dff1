using System.Diagnostics;

namespace HunyuanOcr.Bench;

/// <summary>Many requests over HTTP, some of whose clients go away at random moments: every other answer right, nothing left over on the server.</summary>
internal static class AbortsScenario
{
    public static async Task<object> RunAsync(Arguments arguments)
    {
        int requests = arguments.Number("requests", 1000), aborted = arguments.Number("aborted", 300), clients = arguments.Number("clients", 32), tokens = arguments.Number("tokens", 48);
        var random = new Random(arguments.Number("seed", 1));
        await using ServerProcess server = await ServerProcess.StartAsync(arguments.Required("server"), ["--Model:Folder", Path.GetFullPath(arguments.Required("model"))]);
        ChatCall[] calls = [.. arguments.Files("pages").Select(page => new ChatCall(page, tokens))];
        using HttpClient client = ChatCall.Client(server.Address);
        var alone = new string[calls.Length];
        for (int i = 0; i < calls.Length; i++)
            alone[i] = (await calls[i].SendAsync(client)).Text;
        HashSet<int> leaving = [.. Enumerable.Range(0, requests).OrderBy(_ => random.Next()).Take(aborted)];
        (int Which, int? After)[] plan = [.. Enumerable.Range(0, requests).Select(i => (random.Next(calls.Length), leaving.Contains(i) ? random.Next(1500) : (int?)null))];

        int right = 0, wrong = 0, gone = 0, failed = 0;
        var memory = new List<object> { new { After = 0, ResidentBytes = server.Resident } };
        var watch = Stopwatch.StartNew();
        foreach ((int Which, int? After)[] part in plan.Chunk(Math.Max(1, requests / 10)))
        {
            await Parallel.ForEachAsync(part, new ParallelOptions { MaxDegreeOfParallelism = clients }, async (one, _) =>
            {
                using var leave = new CancellationTokenSource();
                if (one.After is { } after)
                    leave.CancelAfter(after);
                try
                {
                    string text = (await calls[one.Which].SendAsync(client, leave.Token)).Text;
                    Interlocked.Increment(ref text == alone[one.Which] ? ref right : ref wrong);
                }
                catch (OperationCanceledException) when (one.After is not null)
                {
                    Interlocked.Increment(ref gone);
                }
                catch (HttpRequestException)
                {
                    Interlocked.Increment(ref failed);
                }
            });
            memory.Add(new { After = right + wrong + gone + failed, ResidentBytes = server.Resident });
        }
        double seconds = watch.Elapsed.TotalSeconds;
        await Task.Delay(1000);
        return new
        {
            Requests = requests,
            Clients = clients,
            MeantToLeave = aborted,
            Right = right,
            Wrong = wrong,
            Left = gone,
            Failed = failed,
            Seconds = Math.Round(seconds, 1),
            MetricsAtTheEnd = await server.GaugesAsync(),
            Memory = memory,
        };
    }
}
