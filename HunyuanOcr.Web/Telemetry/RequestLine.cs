using System.Collections;
using HunyuanOcr.Inference;

namespace HunyuanOcr.Web.Telemetry;

/// <summary>What the log says of one request: numbers and words of closed lists. It has no place for text, file names or pictures.</summary>
internal sealed class RequestLine : IReadOnlyList<KeyValuePair<string, object?>>
{
    /// <summary>Route of answers that no HTTP request of the API asked for: pages and batches.</summary>
    internal const string Studio = "studio";

    private static readonly AsyncLocal<RequestLine?> _current = new();

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, object?> _fields = new(StringComparer.Ordinal);
    private List<KeyValuePair<string, object?>>? _closed;

    internal RequestLine(string method)
    {
        Method = method;
        Set(Fields.Method, method);
    }

    /// <summary>The line of the API request that this code runs for; null elsewhere.</summary>
    internal static RequestLine? Current { get => _current.Value; set => _current.Value = value; }

    internal string Method { get; }

    /// <summary>Why it failed, a word for programs; null where it did not.</summary>
    internal string? ErrorCode => Get(Fields.ErrorCode) as string;

    public int Count => Closed.Count;

    public KeyValuePair<string, object?> this[int index] => Closed[index];

    private List<KeyValuePair<string, object?>> Closed => _closed ??= [.. _fields];

    /// <summary>Says why a request that is not one of the API is refused.</summary>
    internal static void NoteFault(HttpContext context, string code) => context.Features.Get<RequestLine>()?.Set(Fields.ErrorCode, code);

    internal void Set(string field, object? value)
    {
        lock (_gate)
            if (value is not null)
                _fields[field] = value;
    }

    internal object? Get(string field)
    {
        lock (_gate)
            return _fields.GetValueOrDefault(field);
    }

    /// <summary>Adds what became of an answer. A request of several choices or pages has several: tokens and pictures are summed up, times are the longest.</summary>
    internal void Take(Reading reading)
    {
        lock (_gate)
        {
            _fields[Fields.Task] = Word(reading.Task);
            Add(Fields.Images, reading.Pictures);
            if (reading.Pages is [var page, ..])
            {
                _fields[Fields.ImageWidth] = page.Width;
                _fields[Fields.ImageHeight] = page.Height;
            }
            Add(Fields.GenerationTokens, reading.Result?.Tokens.Count ?? reading.Tokens);
            if (reading.Fault is { } fault)
                _fields.TryAdd(Fields.ErrorCode, fault);
            if (reading.Result is not { } result)
            {
                _fields.TryAdd(Fields.FinishReason, reading.Fault is null ? "abort" : "error");
                return;
            }
            _fields[Fields.FinishReason] = Word(result.FinishReason);
            Add(Fields.PromptTokens, result.PromptTokens);
            Add(Fields.ImageTokens, result.ImageTokens);
            Longest(Fields.QueueMs, result.Timings.Queue);
            Longest(Fields.VisionMs, result.Timings.Vision);
            Longest(Fields.PrefillMs, result.Timings.Prefill);
            Longest(Fields.DecodeMs, result.Timings.Decode);
            Longest(Fields.FirstTokenMs, result.Timings.FirstToken);
        }
    }

    internal static string Word(OcrTask task) => task switch
    {
        OcrTask.Spotting => "spotting",
        OcrTask.Text => "text",
        OcrTask.Markdown => "markdown",
        OcrTask.Fields => "fields",
        OcrTask.Translation => "translation",
        _ => "free",
    };

    internal static string Word(OcrFinishReason reason) => reason switch
    {
        OcrFinishReason.Stop => "stop",
        OcrFinishReason.Length => "length",
        OcrFinishReason.Repetition => "repetition",
        _ => "abort",
    };

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator() => Closed.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => string.Join(' ', Closed.Select(static field => $"{field.Key}={field.Value}"));

    private void Add(string field, int value) => _fields[field] = (_fields.GetValueOrDefault(field) as int? ?? 0) + value;

    private void Longest(string field, TimeSpan time) => _fields[field] = Math.Max(_fields.GetValueOrDefault(field) as double? ?? 0, Milliseconds(time));

    internal static double Milliseconds(TimeSpan time) => Math.Round(time.TotalMilliseconds, 1);

    /// <summary>Names of the fields; deploy/elk maps each.</summary>
    internal static class Fields
    {
        internal const string TraceId = "trace_id", Route = "route", Method = "method", Status = "status", DurationMs = "duration_ms", KeyId = "key_id", Task = "task",
            Images = "images", ImageWidth = "image_width", ImageHeight = "image_height", PromptTokens = "prompt_tokens", ImageTokens = "image_tokens", GenerationTokens = "generation_tokens",
            QueueMs = "queue_ms", VisionMs = "vision_ms", PrefillMs = "prefill_ms", DecodeMs = "decode_ms", FirstTokenMs = "first_token_ms", FinishReason = "finish_reason", ErrorCode = "error_code";
    }
}
