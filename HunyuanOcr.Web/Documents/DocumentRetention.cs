using HunyuanOcr.Web.Hosting;

namespace HunyuanOcr.Web.Documents;

/// <summary>Once a day removes documents that are older than Storage:RetentionDays.</summary>
internal sealed partial class DocumentRetention(DocumentStore store, StudioOptions options, TimeProvider time, ILogger<DocumentRetention> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (options.Storage.RetentionDays == 0)
            return;
        await Task.Yield();
        using PeriodicTimer day = new(TimeSpan.FromDays(1), time);
        do
        {
            try
            {
                int removed = store.Sweep(time.GetUtcNow().AddDays(-options.Storage.RetentionDays), stoppingToken);
                if (removed > 0)
                    Log.Removed(logger, removed, options.Storage.RetentionDays);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Log.Failed(logger, e);
            }
        }
        while (await day.WaitForNextTickAsync(stoppingToken));
    }

    private static partial class Log
    {
        [LoggerMessage(2101, LogLevel.Information, "{Count} documents older than {Days} days were removed.")]
        internal static partial void Removed(ILogger logger, int count, int days);

        [LoggerMessage(2102, LogLevel.Warning, "Old documents could not be removed; the next try comes tomorrow.")]
        internal static partial void Failed(ILogger logger, Exception exception);
    }
}
