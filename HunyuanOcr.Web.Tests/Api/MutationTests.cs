using HunyuanOcr.Inference.Tests;
using HunyuanOcr.Web.Hosting;
using HunyuanOcr.Web.Recognise;
using Microsoft.Extensions.DependencyInjection;

namespace HunyuanOcr.Web.Tests.Api;

/// <summary>Bodies and pictures with random damage against the real server and engine: answered or refused, never 500, never down. bench/mutations.sh runs the full numbers.</summary>
public sealed class MutationTests : IDisposable
{
    private const int Count = 200;

    private readonly TestApp _app = new(new(Mutations.Settings) { ["Model:Folder"] = ExportedDemoModel.Folder() }, EnginePageReader.LoadAsync);

    public void Dispose() => _app.Dispose();

    [Fact]
    public Task Mutated_json_bodies_are_answered_or_refused_and_never_fail() => RunAsync(Mutations.Json);

    [Fact]
    public Task Mutated_pictures_are_read_or_refused_and_never_fail()
    {
        byte[][] pictures = Mutations.Pictures(Path.Combine(Repository.Root, "HunyuanOcr.Inference.Tests", "Data", "pictures"));
        return RunAsync(seed => Mutations.Picture(pictures, seed));
    }

    private async Task RunAsync(Func<int, (string Route, byte[] Body)> make)
    {
        using HttpClient client = new() { BaseAddress = new Uri(_app.Listen()), Timeout = TimeSpan.FromMinutes(5) };
        await ApiCalls.ReadyAsync(client);
        SortedDictionary<string, int> outcomes = [];
        List<string> failures = [];
        await Parallel.ForEachAsync(Enumerable.Range(0, Count), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (seed, _) =>
        {
            (string route, byte[] body) = make(seed);
            using ByteArrayContent content = new(body);
            content.Headers.ContentType = new("application/json");
            using HttpResponseMessage response = await client.PostAsync(new Uri("/v1/" + route, UriKind.Relative), content, CancellationToken.None);
            string answer = await response.Content.ReadAsStringAsync(CancellationToken.None);
            string outcome = Mutations.Outcome((int)response.StatusCode, answer);
            lock (outcomes)
            {
                outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
                if (Mutations.IsFailure(outcome))
                    failures.Add($"seed {seed}: {answer}");
            }
        });
        EngineIsIdle();
        Assert.Empty(failures);
        Assert.Equal(Count, outcomes.Values.Sum());
        // Both happened, so the damage was neither too much nor too little.
        Assert.Contains(outcomes.Keys, outcome => outcome.StartsWith("200", StringComparison.Ordinal));
        Assert.Contains(outcomes.Keys, outcome => outcome.StartsWith('4'));
    }

    private void EngineIsIdle()
    {
        ReaderHost host = _app.Services.GetRequiredService<ReaderHost>();
        Assert.True(SpinWait.SpinUntil(() => host.Status is { Running: 0, Waiting: 0, BlocksUsed: 0, Fault: null }, TimeSpan.FromMinutes(1)), host.Status?.ToString());
    }
}
