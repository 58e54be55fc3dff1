using System.Security.Cryptography;
using System.Text.Json;
using HunyuanOcr.Web.Hosting;
using HunyuanOcr.Web.Persistence;
using HunyuanOcr.Web.Recognise;
using Microsoft.EntityFrameworkCore;

namespace HunyuanOcr.Web.Batches;

/// <summary>Which server reads which page: taken for a while, kept by signs of life, taken over from a server that gives none. Every step is one statement that names what it expects, so that of two servers one succeeds.</summary>
internal sealed class BatchLeases(IDbContextFactory<StudioDatabase> databases, StudioOptions options, TimeProvider time)
{
    /// <summary>A page that so many readings began and none ended is given up: it may be what ends them.</summary>
    internal const int MostAttempts = 3;

    /// <summary>Names this process: another one on this machine, or the next one, is another server.</summary>
    internal string Server { get; } = $"{Environment.MachineName.PadRight(1)[..Math.Min(20, Environment.MachineName.Length)]} {Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";

    /// <summary>The next page, now this server's; null where nothing waits. Owners take turns: who has the fewest pages under way comes first.</summary>
    internal async Task<BatchItem?> TakeAsync(CancellationToken cancellationToken)
    {
        await using StudioDatabase database = databases.CreateDbContext();
        while (true)
        {
            string? batch = await database.Batches
                .Where(row => row.State == BatchState.Running && database.BatchItems.Any(item => item.BatchId == row.Id && item.State == BatchItemState.Waiting))
                .OrderBy(row => database.BatchItems.Count(item => item.State == BatchItemState.Reading && database.Batches.Any(other => other.Id == item.BatchId && other.Owner == row.Owner)))
                .ThenBy(row => row.CreatedAt).ThenBy(row => row.Id).Select(row => row.Id).FirstOrDefaultAsync(cancellationToken);
            if (batch is null)
                return null;
            BatchItem? next = await database.BatchItems.AsNoTracking().Where(item => item.BatchId == batch && item.State == BatchItemState.Waiting)
                .OrderBy(item => item.Position).ThenBy(item => item.FileName).ThenBy(item => item.FileId).ThenBy(item => item.Page).FirstOrDefaultAsync(cancellationToken);
            if (next is null)
                continue;
            DateTimeOffset now = time.GetUtcNow();
            string run = next.RunId ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
            int taken = await database.BatchItems.Where(item => item.Id == next.Id && item.State == BatchItemState.Waiting && database.Batches.Any(row => row.Id == batch && row.State == BatchState.Running))
                .ExecuteUpdateAsync(row => row.SetProperty(item => item.State, BatchItemState.Reading).SetProperty(item => item.LeasedBy, Server).SetProperty(item => item.LeasedUntil, (DateTimeOffset?)(now + options.Batch.Lease))
                    .SetProperty(item => item.Attempts, item => item.Attempts + 1).SetProperty(item => item.RunId, run).SetProperty(item => item.ChangedAt, now), cancellationToken);
            if (taken == 0)
                continue;
            next.Attempts++;
            next.RunId = run;
            return next;
        }
    }

    /// <summary>Signs of life for what this server reads. What it has taken and does not read, because the database was away in between, gets none and waits again when its lease has run out.</summary>
    /// <param name="reading">Ids of the pages that it reads.</param>
    /// <param name="cancellationToken">Nobody waits any more.</param>
    /// <returns>Those that are still its own; others were cancelled, removed, or taken over.</returns>
    internal async Task<HashSet<string>> RenewAsync(IReadOnlyCollection<string> reading, CancellationToken cancellationToken)
    {
        await using StudioDatabase database = databases.CreateDbContext();
        IQueryable<BatchItem> mine = database.BatchItems.Where(item => item.LeasedBy == Server && item.State == BatchItemState.Reading && reading.Contains(item.Id));
        DateTimeOffset until = time.GetUtcNow() + options.Batch.Lease;
        await mine.ExecuteUpdateAsync(row => row.SetProperty(item => item.LeasedUntil, (DateTimeOffset?)until), cancellationToken);
        return [.. await mine.Select(item => item.Id).ToListAsync(cancellationToken)];
    }

    /// <summary>Lets pages wait again whose server gives no sign of life any more; gives up those that ended too many.</summary>
    internal async Task RecoverAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        await using StudioDatabase database = databases.CreateDbContext();
        IQueryable<BatchItem> left = database.BatchItems.Where(item => item.State == BatchItemState.Reading && item.LeasedUntil < now);
        string fault = JsonSerializer.Serialize(new RunFault("interrupted", "", ""));
        await left.Where(item => item.Attempts >= MostAttempts).ExecuteUpdateAsync(row => row.SetProperty(item => item.State, BatchItemState.Failed).SetProperty(item => item.Fault, fault)
            .SetProperty(item => item.LeasedBy, (string?)null).SetProperty(item => item.LeasedUntil, (DateTimeOffset?)null).SetProperty(item => item.ChangedAt, now).SetProperty(item => item.EndedAt, (DateTimeOffset?)now), cancellationToken);
        await left.ExecuteUpdateAsync(row => row.SetProperty(item => item.State, BatchItemState.Waiting)
            .SetProperty(item => item.LeasedBy, (string?)null).SetProperty(item => item.LeasedUntil, (DateTimeOffset?)null).SetProperty(item => item.ChangedAt, now), cancellationToken);
        // What came in just while the last page ended; and batches whose last page was given up here.
        await database.Batches.Where(batch => batch.State == BatchState.Done && database.BatchItems.Any(item => item.BatchId == batch.Id && item.State == BatchItemState.Waiting))
            .ExecuteUpdateAsync(row => row.SetProperty(batch => batch.State, BatchState.Running).SetProperty(batch => batch.EndedAt, (DateTimeOffset?)null), cancellationToken);
        await CloseAsync(database, null, now, cancellationToken);
    }

    /// <summary>Lets a page wait again that this server could not begin or end.</summary>
    /// <param name="item">Which page.</param>
    /// <param name="counts">Whether it was an attempt.</param>
    internal async Task GiveBackAsync(BatchItem item, bool counts)
    {
        await using StudioDatabase database = databases.CreateDbContext();
        await Mine(database, item).ExecuteUpdateAsync(row => row.SetProperty(own => own.State, BatchItemState.Waiting).SetProperty(own => own.LeasedBy, (string?)null)
            .SetProperty(own => own.LeasedUntil, (DateTimeOffset?)null).SetProperty(own => own.RunId, (string?)null).SetProperty(own => own.Attempts, counts ? item.Attempts : item.Attempts - 1).SetProperty(own => own.ChangedAt, time.GetUtcNow()));
    }

    /// <summary>The picture that a page was drawn as.</summary>
    internal async Task DrawnAsync(BatchItem item, string picture)
    {
        await using StudioDatabase database = databases.CreateDbContext();
        await Mine(database, item).ExecuteUpdateAsync(row => row.SetProperty(own => own.PictureId, picture).SetProperty(own => own.ChangedAt, time.GetUtcNow()));
    }

    /// <summary>Writes how a page ended, and with the last one that the batch has ended.</summary>
    internal async Task FinishAsync(BatchItem item, PageOutcome outcome)
    {
        DateTimeOffset now = time.GetUtcNow();
        string? fault = outcome.Fault is null ? null : JsonSerializer.Serialize(outcome.Fault), run = outcome.HasRun ? item.RunId : null;
        await using StudioDatabase database = databases.CreateDbContext();
        await Mine(database, item).ExecuteUpdateAsync(row => row
            .SetProperty(own => own.State, outcome.Fault is null ? BatchItemState.Done : BatchItemState.Failed)
            .SetProperty(own => own.Fault, fault).SetProperty(own => own.RunId, run)
            .SetProperty(own => own.Lines, outcome.Lines).SetProperty(own => own.Doubtful, outcome.Doubtful).SetProperty(own => own.Seconds, outcome.Seconds).SetProperty(own => own.Notes, outcome.Notes)
            .SetProperty(own => own.LeasedBy, (string?)null).SetProperty(own => own.LeasedUntil, (DateTimeOffset?)null)
            .SetProperty(own => own.ChangedAt, now).SetProperty(own => own.EndedAt, (DateTimeOffset?)now));
        await CloseAsync(database, item.BatchId, now, CancellationToken.None);
    }

    /// <summary>A batch of which nothing waits or is read has ended.</summary>
    /// <param name="id">Which one; null is every one.</param>
    internal static Task<int> CloseAsync(StudioDatabase database, string? id, DateTimeOffset now, CancellationToken cancellationToken) =>
        database.Batches.Where(batch => (id == null || batch.Id == id) && (batch.State == BatchState.Running || batch.State == BatchState.Paused)
                && !database.BatchItems.Any(item => item.BatchId == batch.Id && (item.State == BatchItemState.Waiting || item.State == BatchItemState.Reading)))
            .ExecuteUpdateAsync(row => row.SetProperty(batch => batch.State, BatchState.Done).SetProperty(batch => batch.EndedAt, (DateTimeOffset?)now), cancellationToken);

    private IQueryable<BatchItem> Mine(StudioDatabase database, BatchItem item) =>
        database.BatchItems.Where(row => row.Id == item.Id && row.LeasedBy == Server && row.State == BatchItemState.Reading);
}
