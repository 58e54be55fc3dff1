using HunyuanOcr.Web.Hosting;
using HunyuanOcr.Web.Persistence;

namespace HunyuanOcr.Web.Documents;

/// <summary>Every hour removes runs and documents that are older than Storage:RetentionDays, and what its owner deleted.</summary>
internal sealed partial class DocumentRetention(DocumentStore store, RunSweep runs, StudioOptions options, TimeProvider time, ILogger<DocumentRetention> logger) : BackgroundService
{
    /// <summary>One sweep.</summary>
    internal async Task SweepAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        DateTimeOffset? before = options.Storage.RetentionDays == 0 ? null : now.AddDays(-options.Storage.RetentionDays);
        (IReadOnlyList<string> orphans, int rows) = await runs.RemoveAsync(before, now, cancellationToken);
        foreach (string id in orphans)
            store.Remove(id);
        int files = store.Sweep(before ?? DateTimeOffset.MinValue, cancellationToken, await runs.KeptDocumentsAsync(cancellationToken));
        if (rows + files > 0)
            Log.Removed(logger, rows, orphans.Count + files);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        using PeriodicTimer hour = new(TimeSpan.FromHours(1), time);
        do
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception e) when (DatabaseFaults.IsOf(e))
            {
                Log.Failed(logger, e);
            }
        }
        while (await hour.WaitForNextTickAsync(stoppingToken));
    }

    private static partial class Log
    {
        [LoggerMessage(2101, LogLevel.Information, "{Runs} runs and {Documents} documents were removed: too old, or deleted by their owners.")]
        internal static partial void Removed(ILogger logger, int runs, int documents);

        [LoggerMessage(2102, LogLevel.Warning, "Old runs and documents could not be removed; the next try comes in an hour.")]
        internal static partial void Failed(ILogger logger, Exception exception);
    }
}
