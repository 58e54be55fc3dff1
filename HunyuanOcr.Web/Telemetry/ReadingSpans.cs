using System.Diagnostics;
using HunyuanOcr.Inference;

namespace HunyuanOcr.Web.Telemetry;

/// <summary>An answer as spans: the whole, and below it queue, vision, prefill and decode. They are drawn when it has ended, from the engine's own clock.</summary>
internal static class ReadingSpans
{
    internal const string Source = "HunyuanOcr";

    private static readonly ActivitySource _source = new(Source);

    internal static void Write(Reading reading)
    {
        if (!_source.HasListeners())
            return;
        using Activity? whole = _source.StartActivity("read", ActivityKind.Internal, reading.Parent, startTime: reading.Began);
        if (whole is null)
            return;
        whole.SetTag("ocr.task", RequestLine.Word(reading.Task)).SetTag("ocr.images", reading.Pictures).SetTag("ocr.generation_tokens", reading.Tokens);
        if (reading.Result is { } result)
            WriteParts(whole, reading.Began, result);
        else if (reading.Fault is { } fault)
            whole.SetStatus(ActivityStatusCode.Error, fault);
        else
            whole.SetTag("ocr.finish_reason", "abort");
        whole.SetEndTime((reading.Began + reading.Elapsed).UtcDateTime);
    }

    private static void WriteParts(Activity whole, DateTimeOffset began, OcrResult result)
    {
        OcrTimings times = result.Timings;
        whole.SetTag("ocr.finish_reason", RequestLine.Word(result.FinishReason)).SetTag("ocr.prompt_tokens", result.PromptTokens).SetTag("ocr.image_tokens", result.ImageTokens);
        Part("queue", began, times.Queue);
        Part("vision", began + times.FirstToken - times.Prefill - times.Vision, times.Vision);
        Part("prefill", began + times.FirstToken - times.Prefill, times.Prefill);
        Part("decode", began + times.FirstToken, times.Decode);

        void Part(string name, DateTimeOffset start, TimeSpan length)
        {
            using Activity? part = _source.StartActivity(name, ActivityKind.Internal, whole.Context, startTime: start);
            part?.SetEndTime((start + length).UtcDateTime);
        }
    }
}
