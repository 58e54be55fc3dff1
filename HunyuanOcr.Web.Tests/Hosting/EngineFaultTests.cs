using System.Net;
using HunyuanOcr.Inference;
using HunyuanOcr.Web.Documents;
using HunyuanOcr.Web.Hosting;
using HunyuanOcr.Web.Persistence;
using HunyuanOcr.Web.Recognise;
using HunyuanOcr.Web.Tests.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace HunyuanOcr.Web.Tests.Hosting;

public sealed class EngineFaultTests
{
    [Fact]
    public async Task A_dead_engine_means_503_with_the_reason_and_not_ready_until_a_fresh_one_is_there_and_history_stays()
    {
        TaskCompletionSource fresh = new();
        DyingReader dying = new();
        int loads = 0;
        using TestApp app = new(load: async (_, _) =>
        {
            if (++loads == 1)
                return dying;
            await fresh.Task;
            return new ScriptedReader();
        });
        using HttpClient client = await MetricsTests.ReadyAsync(app);
        using HttpResponseMessage before = await client.AskAsync(TestPictures.Png(40, 30));
        await before.UsageAsync();

        await ReadAsync(app, expected: 1);

        dying.Fault = "CUDA error 700 in step 12";
        // Nobody asks for anything: the server notices by itself.
        await MetricsTests.UntilAsync(async () => (await client.GetAsync("/health/ready")).StatusCode == HttpStatusCode.ServiceUnavailable);
        Assert.Contains("CUDA error 700 in step 12", await client.GetStringAsync503("/health/ready"), StringComparison.Ordinal);
        await MetricsTests.UntilAsync(() => Task.FromResult(app.Services.GetRequiredService<ReaderHost>().State == ReaderState.GettingReady));
        using HttpResponseMessage refused = await client.AskAsync(TestPictures.Png(40, 30));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Contains("CUDA error 700 in step 12", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(0, (await client.MetricsAsync()).Sum("hunyuanocr_ready"));

        fresh.SetResult();
        await MetricsTests.UntilAsync(async () => (await client.GetAsync("/health/ready")).StatusCode == HttpStatusCode.OK);
        using HttpResponseMessage after = await client.AskAsync(TestPictures.Png(40, 30));
        await after.UsageAsync();
        Dictionary<string, double> metrics = await client.MetricsAsync();
        Assert.Equal((3, 1, 1), (metrics.Sum("vllm:request_success_total", "\"stop\""), metrics.Sum("hunyuanocr_engine_reloads_total"), metrics.Sum("hunyuanocr_ready")));
        Assert.Equal(2, loads);
        await ReadAsync(app, expected: 2);
    }

    /// <summary>Reads a picture as the page does, and looks into its history.</summary>
    private static async Task ReadAsync(TestApp app, int expected)
    {
        using MemoryStream picture = new(TestPictures.Png(64, 64));
        StoredDocument document = await app.Services.GetRequiredService<DocumentStore>().SaveAsync("owner", "a.png", picture, CancellationToken.None);
        app.Services.GetRequiredService<RecogniseRuns>().Start(document, new ReadingTask());
        RunHistory history = app.Services.GetRequiredService<RunHistory>();
        await MetricsTests.UntilAsync(async () => (await history.ListAsync("owner", new RunFilter(), 0, 10)).Count == expected);
    }

    /// <summary>Reads until it is told that it died.</summary>
    private sealed class DyingReader : IPageReader
    {
        private readonly ScriptedReader _inner = new();

        internal string? Fault { get; set; }

        public EngineStatus Status => _inner.Status with { Fault = Fault };

        public IAsyncEnumerable<OcrEvent> ReadAsync(OcrRequest request, CancellationToken cancellationToken) => _inner.ReadAsync(request, cancellationToken);

        public Task<SelfCheckReport> SelfCheckAsync(CancellationToken cancellationToken) => _inner.SelfCheckAsync(cancellationToken);

        public ValueTask DisposeAsync() => default;
    }
}

/// <summary>Bodies of refusals.</summary>
internal static class RefusedBody
{
    internal static async Task<string> GetStringAsync503(this HttpClient client, string path)
    {
        using HttpResponseMessage answer = await client.GetAsync(path);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }
}
