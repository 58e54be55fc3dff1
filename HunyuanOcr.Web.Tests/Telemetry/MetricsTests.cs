using System.Net;
using HunyuanOcr.Inference;
using HunyuanOcr.Web.Hosting;
using HunyuanOcr.Web.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace HunyuanOcr.Web.Tests.Telemetry;

public sealed class MetricsTests
{
    /// <summary>What design and dashboards count on.</summary>
    private static readonly string[] _names =
    [
        "vllm:num_requests_running", "vllm:num_requests_waiting", "vllm:kv_cache_usage_perc", "vllm:time_to_first_token_seconds_bucket", "vllm:inter_token_latency_seconds_bucket",
        "vllm:e2e_request_latency_seconds_bucket", "vllm:request_queue_time_seconds_bucket", "vllm:request_prefill_time_seconds_bucket", "vllm:request_decode_time_seconds_bucket",
        "vllm:request_success_total", "vllm:prompt_tokens_total", "vllm:generation_tokens_total", "vllm:num_preemptions_total", "vllm:mm_cache_queries_total", "vllm:mm_cache_hits_total",
        "hunyuanocr_vision_seconds_bucket", "hunyuanocr_image_megapixels_bucket", "hunyuanocr_repetition_stops_total", "hunyuanocr_requests_aborted_total", "process_resident_memory_bytes",
    ];

    [Fact]
    public async Task Every_name_is_there_before_the_first_request_with_the_models_name_on_vllms()
    {
        using TestApp app = new();
        using HttpClient client = await ReadyAsync(app);
        Dictionary<string, double> metrics = await client.MetricsAsync();
        Assert.DoesNotContain(_names, name => !metrics.Keys.Any(key => key == name || key.StartsWith(name + "{", StringComparison.Ordinal)));
        Assert.All(metrics.Keys.Where(key => key.StartsWith("vllm:", StringComparison.Ordinal)), key => Assert.Contains("{model_name=\"scripted\",engine=\"0\"", key, StringComparison.Ordinal));
        Assert.Equal("text/plain", (await client.GetAsync("/metrics")).Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task Counters_equal_the_requests_and_the_tokens_that_the_answers_name()
    {
        using TestApp app = new();
        using HttpClient client = await ReadyAsync(app);
        byte[] picture = TestPictures.Png(40, 30);
        int tokens = 0;
        for (int i = 0; i < 5; i++)
        {
            app.Reader.Script = (_, cancellationToken) => (ScriptedAnswer.Invoice with { Pace = TimeSpan.Zero, Reason = i == 4 ? OcrFinishReason.Repetition : i == 3 ? OcrFinishReason.Length : OcrFinishReason.Stop }).PlayAsync(cancellationToken);
            using HttpResponseMessage answer = await client.AskAsync(picture);
            tokens += (await answer.UsageAsync()).Completion;
        }
        using StringContent broken = new("{", System.Text.Encoding.UTF8, "application/json");
        using HttpResponseMessage refused = await client.PostAsync("/v1/chat/completions", broken);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);

        Dictionary<string, double> metrics = await client.MetricsAsync();
        Assert.Equal((3, 1, 1, 0), (metrics.Sum("vllm:request_success_total", "\"stop\""), metrics.Sum("vllm:request_success_total", "\"length\""), metrics.Sum("vllm:request_success_total", "\"repetition\""), metrics.Sum("vllm:request_success_total", "\"abort\"")));
        Assert.Equal((tokens, 1), (metrics.Sum("vllm:generation_tokens_total"), metrics.Sum("hunyuanocr_repetition_stops_total")));
        Assert.Equal((5, tokens - 5, 5), (metrics.Sum("vllm:time_to_first_token_seconds_count"), metrics.Sum("vllm:inter_token_latency_seconds_count"), metrics.Sum("vllm:e2e_request_latency_seconds_count")));
        Assert.Equal(5, metrics.Sum("hunyuanocr_image_megapixels_count"));
        Assert.Equal(5 * 0.18, metrics.Sum("hunyuanocr_vision_seconds_sum"), 6);
        Assert.Equal((5, 1), (metrics.Sum("hunyuanocr_http_requests_total", "route=\"/v1/chat/completions\",method=\"POST\",status=\"200\""), metrics.Sum("hunyuanocr_http_requests_total", "status=\"400\"")));
    }

    [Fact]
    public async Task Gauges_return_to_zero_after_callers_went_away_and_each_is_counted_as_aborted()
    {
        using TestApp app = new();
        app.Reader.Script = static (_, cancellationToken) => (ScriptedAnswer.Invoice with { Hold = (3, new TaskCompletionSource().Task) }).PlayAsync(cancellationToken);
        _ = app.Listen();
        using HttpClient client = await ReadyAsync(app);
        using CancellationTokenSource gone = new();
        Task[] calls = [.. Enumerable.Range(0, 6).Select(async _ =>
        {
            using HttpResponseMessage answer = await client.AskAsync(TestPictures.Png(40, 30), stream: true, cancellationToken: gone.Token);
            await answer.Content.ReadAsStringAsync(gone.Token);
        })];
        await UntilAsync(async () => (await client.MetricsAsync()).Sum("vllm:num_requests_running") == 6);
        await gone.CancelAsync();
        await UntilAsync(async () => (await client.MetricsAsync()).Sum("vllm:num_requests_running") == 0);
        await UntilAsync(async () => (await client.MetricsAsync()).Sum("hunyuanocr_http_requests_total", "status=\"499\"") == 6);
        Dictionary<string, double> metrics = await client.MetricsAsync();
        Assert.Equal((6, 6, 0), (metrics.Sum("hunyuanocr_requests_aborted_total"), metrics.Sum("vllm:request_success_total", "\"abort\""), metrics.Sum("vllm:kv_cache_usage_perc")));
        Assert.Equal(0, app.Services.GetRequiredService<Readings>().Count);
        foreach (Task call in calls)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public async Task The_memory_of_a_card_is_told_where_there_is_a_card_and_has_no_series_on_a_CPU()
    {
        using TestApp app = new();
        using HttpClient client = await ReadyAsync(app);
        Assert.DoesNotContain((await client.MetricsAsync()).Keys, key => key.StartsWith("hunyuanocr_device_memory", StringComparison.Ordinal));
        app.Reader.Report = static status => status with { DeviceMemoryUsed = 70L << 30, DeviceMemoryTotal = 80L << 30 };
        Dictionary<string, double> metrics = await client.MetricsAsync();
        Assert.Equal((70L << 30, 80L << 30), (metrics["hunyuanocr_device_memory_used_bytes"], metrics["hunyuanocr_device_memory_bytes"]));
    }

    [Fact]
    public async Task A_fresh_engine_goes_on_counting_where_the_dead_one_stopped()
    {
        EngineTotals totals = new();
        CountingReader first = new(100), second = new(7);
        totals.Begin(first);
        first.Prompt = 130;
        Assert.Equal(30, totals.Counters.PromptTokens);
        totals.End(first);
        Assert.Equal(30, totals.Counters.PromptTokens);
        totals.Begin(second);
        second.Prompt = 9;
        Assert.Equal(32, totals.Counters.PromptTokens);
        await Task.CompletedTask;
    }

    [Fact]
    public async Task Refused_uploads_are_counted_by_reason()
    {
        using TestApp app = new();
        using HttpClient client = await ReadyAsync(app);
        using ByteArrayContent file = new([1, 2, 3]);
        Assert.Equal(HttpStatusCode.Forbidden, (await client.PostAsync("/documents", file)).StatusCode);
        Assert.Equal(1, (await client.MetricsAsync()).Sum("hunyuanocr_uploads_refused_total", "reason=\"forbidden\""));
    }

    internal static async Task<HttpClient> ReadyAsync(TestApp app)
    {
        HttpClient client = app.CreateClient();
        await app.Services.GetRequiredService<ReaderHost>().WaitAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60));
        return client;
    }

    internal static async Task UntilAsync(Func<Task<bool>> holds, int seconds = 60)
    {
        for (int tries = 0; !await holds(); tries++)
        {
            Assert.True(tries < seconds * 10, "It never came.");
            await Task.Delay(100);
        }
    }

    private sealed class CountingReader(long prompt) : HunyuanOcr.Web.Recognise.IPageReader
    {
        internal long Prompt { get; set; } = prompt;

        public EngineStatus Status => new ScriptedReader().Status with { Counters = EngineCounters.Zero with { PromptTokens = Prompt } };

        public IAsyncEnumerable<OcrEvent> ReadAsync(OcrRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<SelfCheckReport> SelfCheckAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => default;
    }
}
