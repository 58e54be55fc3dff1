using System.Collections.Concurrent;
using HunyuanOcr.Inference;

namespace HunyuanOcr.Web.Telemetry;

/// <summary>Everything that is being read, and what becomes of it in metrics, log and traces.</summary>
internal sealed class Readings(StudioMetrics metrics, EngineTotals engine, RequestLog log, FirstTokens firstTokens, PagePace pace)
{
    private readonly ConcurrentDictionary<Reading, bool> _running = new();

    internal EngineTotals Engine => engine;

    /// <summary>How many are on their way.</summary>
    internal int Count => _running.Count;

    /// <summary>How long the one has waited that waits longest; zero where none waits.</summary>
    internal TimeSpan LongestWait => _running.Keys.Where(static reading => !reading.Running).Select(static reading => reading.Elapsed).DefaultIfEmpty().Max();

    internal Reading Begin(OcrRequest request)
    {
        Reading reading = new(request, metrics) { Line = RequestLine.Current };
        _running[reading] = true;
        return reading;
    }

    internal void End(Reading reading)
    {
        if (!_running.TryRemove(reading, out _))
            return;
        if (reading.Result is { } result)
            metrics.Finished(result);
        else if (reading.Fault is { } fault)
            metrics.Failed(fault);
        else
            metrics.Aborted();
        if (reading.Result is not null)
            pace.Add(reading.Worked);
        if (reading.FirstToken is { } first)
            firstTokens.Add(first);
        ReadingSpans.Write(reading);
        if (reading.Line is { } line)
            line.Take(reading);
        else
            log.WriteReading(reading);
    }
}
