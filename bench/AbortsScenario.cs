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

        int right = 0, wrong = 0, early = 0, gone = 0, failed = 0;
        var memory = new List<object> { new { After = 0, ResidentBytes = server.Resident } };
        var watch = Stopwatch.StartNew();
        foreach ((int Which, int? After)[] part in plan.Chunk(Math.Max(1, requests / 10)))
        {
            await Parallel.ForEachAsync(part, new ParallelOptions { MaxDegreeOfParallelism = clients }, async (one, _) =>
            {
                // Who was answered before it left asks again and is quicker to leave: in the end as many have left as were to.
                for (int? after = one.After; await SendAsync(one.Which, after); after /= 2)
                    Interlocked.Increment(ref early);
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
            AnsweredBeforeLeaving = early,
            Right = right,
            Wrong = wrong,
            Left = gone,
            Failed = failed,
            Seconds = Math.Round(seconds, 1),
            MetricsAtTheEnd = await server.GaugesAsync(),
            Memory = memory,
        };

        // Whether it was answered although it was to leave.
        async Task<bool> SendAsync(int which, int? after)
        {
            using var leave = new CancellationTokenSource();
            if (after is { } moment)
                leave.CancelAfter(moment);
            try
            {
                string text = (await calls[which].SendAsync(client, leave.Token)).Text;
                Interlocked.Increment(ref text == alone[which] ? ref right : ref wrong);
                return after is not null;
            }
            catch (OperationCanceledException) when (after is not null)
            {
                Interlocked.Increment(ref gone);
            }
            catch (HttpRequestException)
            {
                Interlocked.Increment(ref failed);
            }
            return false;
        }
    }
}
