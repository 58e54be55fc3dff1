using System.Diagnostics;
using System.Diagnostics.Metrics;
using HunyuanOcr.Inference;

namespace HunyuanOcr.Web.Telemetry;

/// <summary>Every instrument of the server. Names that begin with vllm: mean what they mean in vLLM; ours begin with hunyuanocr_.</summary>
internal sealed class StudioMetrics : IDisposable
{
    internal const string Vllm = "vllm:";

    private const string Ours = "hunyuanocr_";

    private static readonly string[] _endings = ["stop", "length", "repetition", "abort"];

    private readonly EngineTotals _engine;
    private readonly Counter<long> _generated, _succeeded, _failed, _aborted, _repetitions, _refused, _http, _reloads;
    private readonly Histogram<double> _first, _between, _total, _queue, _prefill, _decode, _promptTokens, _answerTokens, _vision, _megapixels, _httpSeconds;

    public StudioMetrics(IMeterFactory meters, EngineTotals engine)
    {
        _engine = engine;
        Meter = meters.Create("HunyuanOcr");
        _generated = Count(Vllm + "generation_tokens_total", "Tokens that were generated and handed on.");
        _succeeded = Count(Vllm + "request_success_total", "Requests that ended, by finished_reason; abort: the caller went away or cancelled.");
        _failed = Count(Ours + "request_failures_total", "Requests that the engine refused or failed on, by reason.");
        _aborted = Count(Ours + "requests_aborted_total", "Requests whose caller went away or cancelled.");
        _repetitions = Count(Ours + "repetition_stops_total", "Answers that were ended because they repeated themselves.");
        _refused = Count(Ours + "uploads_refused_total", "Files that were refused before they were read, by reason.");
        _http = Count(Ours + "http_requests_total", "HTTP requests by route, method and status.");
        _reloads = Count(Ours + "engine_reloads_total", "Times that a dead engine was replaced.");
        _first = Spread(Vllm + "time_to_first_token_seconds", MetricBuckets.FirstToken, "From the request to its first token.");
        _between = Spread(Vllm + "inter_token_latency_seconds", MetricBuckets.BetweenTokens, "Between two tokens of an answer.");
        _total = Spread(Vllm + "e2e_request_latency_seconds", MetricBuckets.Request, "From the request to its last token.");
        _queue = Spread(Vllm + "request_queue_time_seconds", MetricBuckets.Request, "From the request until its first work began.");
        _prefill = Spread(Vllm + "request_prefill_time_seconds", MetricBuckets.Request, "From the end of vision to the first token.");
        _decode = Spread(Vllm + "request_decode_time_seconds", MetricBuckets.Request, "From the first token to the last.");
        _promptTokens = Spread(Vllm + "request_prompt_tokens", MetricBuckets.Tokens, "Tokens of a prompt, image tokens included.");
        _answerTokens = Spread(Vllm + "request_generation_tokens", MetricBuckets.Tokens, "Tokens of an answer.");
        _vision = Spread(Ours + "vision_seconds", MetricBuckets.Vision, "The vision tower's time for a request; zero where its picture was known.");
        _megapixels = Spread(Ours + "image_megapixels", MetricBuckets.Megapixels, "Size of pictures as they came.");
        _httpSeconds = Spread(Ours + "http_request_duration_seconds", MetricBuckets.Http, "Time of an HTTP request by route, the body of the answer included.");
        ObserveEngine();
        ObserveProcess();
    }

    internal Meter Meter { get; }

    /// <summary>The label model_name; null until a model was loaded.</summary>
    internal string? ModelName => _engine.ModelName;

    /// <summary>Requests that ended well or were given up, and those that failed; for the Status page.</summary>
    internal (long Read, long Failed) Ended => (Interlocked.Read(ref _readCount), Interlocked.Read(ref _failedCount));

    private long _readCount, _failedCount;

    internal void FirstToken(TimeSpan elapsed) => _first.Record(elapsed.TotalSeconds);

    /// <summary>Tokens that came together after a time.</summary>
    internal void Tokens(int count, TimeSpan? sinceLast)
    {
        _generated.Add(count);
        for (int i = 0; i < count && sinceLast is { } elapsed; i++)
            _between.Record(elapsed.TotalSeconds / count);
    }

    internal void Page(OcrPageSize page) => _megapixels.Record((double)page.Width * page.Height / 1e6);

    internal void Finished(OcrResult result)
    {
        Ending(RequestLine.Word(result.FinishReason));
        OcrTimings times = result.Timings;
        _total.Record(times.Total.TotalSeconds);
        _queue.Record(times.Queue.TotalSeconds);
        _prefill.Record(times.Prefill.TotalSeconds);
        _decode.Record(times.Decode.TotalSeconds);
        _vision.Record(times.Vision.TotalSeconds);
        _promptTokens.Record(result.PromptTokens);
        _answerTokens.Record(result.Tokens.Count);
        if (result.FinishReason == OcrFinishReason.Repetition)
            _repetitions.Add(1);
        if (result.FinishReason == OcrFinishReason.Cancelled)
            _aborted.Add(1);
        else
            Interlocked.Increment(ref _readCount);
    }

    internal void Aborted()
    {
        Ending("abort");
        _aborted.Add(1);
    }

    /// <param name="reason">One of a closed list: a label's values are kept for ever.</param>
    internal void Failed(string reason)
    {
        _failed.Add(1, new KeyValuePair<string, object?>("reason", reason));
        Interlocked.Increment(ref _failedCount);
    }

    internal void Refused(string reason) => _refused.Add(1, new KeyValuePair<string, object?>("reason", reason));

    internal void Reloaded() => _reloads.Add(1);

    internal void Http(string route, string method, int status, TimeSpan elapsed)
    {
        _http.Add(1, new("route", route), new("method", method), new KeyValuePair<string, object?>("status", status));
        _httpSeconds.Record(elapsed.TotalSeconds, new KeyValuePair<string, object?>("route", route));
    }

    /// <summary>Makes series whose labels are known exist before anything happened.</summary>
    internal void BeginAtZero()
    {
        foreach (Counter<long> counter in (ReadOnlySpan<Counter<long>>)[_generated, _aborted, _repetitions, _reloads])
            counter.Add(0);
        foreach (string ending in _endings)
            _succeeded.Add(0, new KeyValuePair<string, object?>("finished_reason", ending));
    }

    public void Dispose() => Meter.Dispose();

    private void Ending(string reason) => _succeeded.Add(1, new KeyValuePair<string, object?>("finished_reason", reason));

    private void ObserveEngine()
    {
        Meter.CreateObservableGauge(Vllm + "num_requests_running", () => _engine.Running, description: "Requests in the running batch.");
        Meter.CreateObservableGauge(Vllm + "num_requests_waiting", () => _engine.Waiting, description: "Requests that wait.");
        Meter.CreateObservableGauge(Vllm + "kv_cache_usage_perc", () => _engine.CacheUse, description: "Share of the KV cache that is in use, 0 to 1.");
        Meter.CreateObservableCounter(Vllm + "prompt_tokens_total", () => _engine.Counters.PromptTokens, description: "Tokens of the prompts of requests that ran.");
        Meter.CreateObservableCounter(Vllm + "num_preemptions_total", () => _engine.Counters.Preemptions, description: "Times that a running request was sent back because the cache was short.");
        Meter.CreateObservableCounter(Vllm + "mm_cache_queries_total", () => _engine.Counters.VisionQueries, description: "Pictures that requests asked about.");
        Meter.CreateObservableCounter(Vllm + "mm_cache_hits_total", () => _engine.Counters.VisionHits, description: "Pictures among them whose vectors were known.");
        Meter.CreateObservableCounter(Ours + "engine_steps_total", () => _engine.Counters.Steps, description: "Runs of the decoder.");
        Meter.CreateObservableCounter(Ours + "engine_step_faults_total", () => _engine.Counters.StepFaults, description: "Runs of the decoder that failed.");
        Meter.CreateObservableCounter(Ours + "engine_step_seconds_total", () => _engine.Counters.StepTime.TotalSeconds, description: "Time that steps took.");
        Meter.CreateObservableGauge(Ours + "kv_cache_blocks_used", () => _engine.BlocksUsed, description: "Blocks of the KV cache that are owned.");
        Meter.CreateObservableGauge(Ours + "kv_cache_blocks", () => _engine.BlocksTotal, description: "Blocks of the KV cache.");
        Meter.CreateObservableGauge(Ours + "device_memory_used_bytes", () => Known(_engine.Status?.DeviceMemoryUsed), description: "Memory of the card that is in use, by whomever; absent on a CPU.");
        Meter.CreateObservableGauge(Ours + "device_memory_bytes", () => Known(_engine.Status?.DeviceMemoryTotal), description: "Memory of the card; absent on a CPU.");
        Meter.CreateObservableGauge(Ours + "ready", () => _engine.Ready ? 1L : 0L, description: "1 while requests are taken.");
    }

    private static IEnumerable<Measurement<long>> Known(long? value) => value is { } known ? [new(known)] : [];

    private void ObserveProcess()
    {
        Meter.CreateObservableGauge("process_resident_memory_bytes", static () => ProcessMemory.Resident, description: "Resident memory of the process.");
        Meter.CreateObservableGauge(Ours + "managed_memory_bytes", static () => GC.GetTotalMemory(false), description: "Memory of managed objects.");
        Meter.CreateObservableGauge(Ours + "memory_limit_bytes", static () => ProcessMemory.Limit, description: "Memory that the process may use at most.");
        Meter.CreateObservableCounter("process_cpu_seconds_total", static () => Environment.CpuUsage.TotalTime.TotalSeconds, description: "Processor time of the process.");
        double started = new DateTimeOffset(Process.GetCurrentProcess().StartTime).ToUnixTimeMilliseconds() / 1000.0;
        Meter.CreateObservableGauge("process_start_time_seconds", () => started, description: "When the process began, in seconds since 1970.");
    }

    private Counter<long> Count(string name, string help) => Meter.CreateCounter<long>(name, description: help);

    private Histogram<double> Spread(string name, double[] bounds, string help) =>
        Meter.CreateHistogram(name, description: help, advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = bounds });
}
