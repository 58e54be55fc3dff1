using System.Diagnostics;
using HunyuanOcr.Web.Tests.Api;

namespace HunyuanOcr.Bench;

/// <summary>Damaged JSON bodies or damaged pictures over HTTP against a server of its own: what came of each, and the server's memory after every tenth.</summary>
internal static class MutationsScenario
{
    public static async Task<object> RunAsync(Arguments arguments)
    {
        string what = arguments.Required("what");
        int requests = arguments.Number("requests", what == "pictures" ? 10_000 : 2000), clients = arguments.Number("clients", 8);
        byte[][] pictures = what == "pictures" ? Mutations.Pictures(arguments.Required("pictures-from")) : [];
        Func<int, (string Route, byte[] Body)> make = what switch
        {
            "pictures" => seed => Mutations.Picture(pictures, seed),
            "json" => Mutations.Json,
            _ => throw new ArgumentException("--what is json or pictures."),
        };
        await using ServerProcess server = await ServerProcess.StartAsync(arguments.Required("server"),
            ["--Model:Folder", Path.GetFullPath(arguments.Required("model")), .. Mutations.Settings.SelectMany(setting => (string[])["--" + setting.Key, setting.Value])]);
        using HttpClient client = ChatCall.Client(server.Address);
        var outcomes = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var failures = new List<string>();
        List<object> memory = [await MemoryAsync(server, 0)];
        var watch = Stopwatch.StartNew();
        foreach (int[] part in Enumerable.Range(0, requests).Chunk(Math.Max(1, requests / 10)))
        {
            await Parallel.ForEachAsync(part, new ParallelOptions { MaxDegreeOfParallelism = clients }, async (seed, _) =>
            {
                string outcome = await SendAsync(client, make(seed));
                lock (outcomes)
                {
                    outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
                    if (Mutations.IsFailure(outcome))
                        failures.Add($"seed {seed}: {outcome}");
                }
            });
            memory.Add(await MemoryAsync(server, part[^1] + 1));
        }
        double seconds = watch.Elapsed.TotalSeconds;
        await Task.Delay(1000);
        return new
        {
            Requests = requests,
            Clients = clients,
            Seconds = Math.Round(seconds, 1),
            Failures = failures,
            Outcomes = outcomes,
            MetricsAtTheEnd = await server.GaugesAsync(),
            Memory = memory,
        };
    }

    private static async Task<string> SendAsync(HttpClient client, (string Route, byte[] Body) mutation)
    {
        using var content = new ByteArrayContent(mutation.Body);
        content.Headers.ContentType = new("application/json");
        using HttpResponseMessage response = await client.PostAsync(new Uri("/v1/" + mutation.Route, UriKind.Relative), content, CancellationToken.None);
        return Mutations.Outcome((int)response.StatusCode, await response.Content.ReadAsStringAsync(CancellationToken.None));
    }

    private static async Task<object> MemoryAsync(ServerProcess server, int after)
    {
        IReadOnlyDictionary<string, double> metrics = await server.MetricsAsync("hunyuanocr_managed_memory_bytes");
        return new { After = after, ManagedBytes = (long)metrics.Values.FirstOrDefault(), ResidentBytes = server.Resident };
    }
}
