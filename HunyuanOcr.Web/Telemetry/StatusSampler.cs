using System.Diagnostics;
using HunyuanOcr.Inference;

namespace HunyuanOcr.Web.Telemetry;

/// <summary>Takes a sample for the Status page every few seconds.</summary>
internal sealed class StatusSampler(EngineTotals engine, FirstTokens firstTokens, StatusSeries series, TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(StatusSeries.Step, time);
        long tokens = engine.Counters.GeneratedTokens, at = Stopwatch.GetTimestamp();
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                long now = engine.Counters.GeneratedTokens;
                double seconds = Stopwatch.GetElapsedTime(at).TotalSeconds;
                (double Median, double High)? first = firstTokens.Spread();
                EngineStatus? status = engine.Status;
                series.Add(new(Math.Max(0, now - tokens) / seconds, first?.Median, first?.High, engine.CacheUse, status?.Running ?? 0));
                (tokens, at) = (now, Stopwatch.GetTimestamp());
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }
    }
}
