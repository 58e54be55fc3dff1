using System.Data.Common;

namespace HunyuanOcr.Web.Security;

/// <summary>Keeps the time of each key's last use in the database, a minute late at most and not once a request.</summary>
internal sealed partial class KeyUses(KeyRing ring, TimeProvider time, ILogger<KeyUses> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer minute = new(TimeSpan.FromMinutes(1), time);
        try
        {
            while (await minute.WaitForNextTickAsync(stoppingToken))
                await SaveAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await SaveAsync(CancellationToken.None);
        }
    }

    private async Task SaveAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ring.SaveUsesAsync(cancellationToken);
        }
        catch (Exception e) when (e is DbException or InvalidOperationException)
        {
            Log.NotSaved(logger, e);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(8001, LogLevel.Warning, "When keys were used last could not be written down.")]
        internal static partial void NotSaved(ILogger logger, Exception exception);
    }
}
