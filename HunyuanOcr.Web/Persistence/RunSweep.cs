using Microsoft.EntityFrameworkCore;

namespace HunyuanOcr.Web.Persistence;

/// <summary>Removes for good what is too old or was deleted a while ago, rows first: a row without its picture would be a lie, a picture without a row is found by the next sweep.</summary>
internal sealed class RunSweep(IDbContextFactory<StudioDatabase> databases)
{
    /// <summary>How long a deleted run can be brought back.</summary>
    internal static readonly TimeSpan Undo = TimeSpan.FromMinutes(10);

    private const int Portion = 500;

    /// <param name="before">Runs that ended earlier go, unless they are pinned; null keeps them.</param>
    /// <param name="now">The present moment.</param>
    /// <returns>Documents that no run and no batch names any more, and how many rows went.</returns>
    internal async Task<(IReadOnlyList<string> Documents, int Runs)> RemoveAsync(DateTimeOffset? before, DateTimeOffset now, CancellationToken cancellationToken)
    {
        DateTimeOffset deleted = now - Undo;
        DateTimeOffset old = before ?? DateTimeOffset.UnixEpoch;
        await using StudioDatabase database = databases.CreateDbContext();
        List<string> orphans = [];
        int count = 0;
        while (true)
        {
            var portion = await database.Runs.Where(run => run.DeletedAt < deleted || (run.CreatedAt < old && !run.Pinned))
                .OrderBy(run => run.Id).Take(Portion).Select(run => new { run.Id, run.DocumentId }).ToListAsync(cancellationToken);
            if (portion.Count == 0)
                return (orphans, count);
            string[] ids = [.. portion.Select(run => run.Id)];
            count += await database.Runs.Where(run => ids.Contains(run.Id)).ExecuteDeleteAsync(cancellationToken);
            HashSet<string> named = await NamedAsync(database, [.. portion.Select(run => run.DocumentId).Distinct()], cancellationToken);
            orphans.AddRange(portion.Select(run => run.DocumentId).Where(id => !named.Contains(id)).Distinct());
        }
    }

    /// <summary>Documents of pinned runs and of unfinished batches: kept whatever their age.</summary>
    internal async Task<HashSet<string>> KeptDocumentsAsync(CancellationToken cancellationToken)
    {
        await using StudioDatabase database = databases.CreateDbContext();
        HashSet<string> kept = [.. await database.Runs.Where(run => run.Pinned && run.DeletedAt == null).Select(run => run.DocumentId).Distinct().ToListAsync(cancellationToken)];
        kept.UnionWith(await database.BatchItems.Where(item => item.DocumentId != null && (item.State == BatchItemState.Waiting || item.State == BatchItemState.Reading)).Select(item => item.DocumentId!).Distinct().ToListAsync(cancellationToken));
        return kept;
    }

    private static async Task<HashSet<string>> NamedAsync(StudioDatabase database, string[] documents, CancellationToken cancellationToken)
    {
        HashSet<string> named = [.. await database.Runs.Where(run => documents.Contains(run.DocumentId)).Select(run => run.DocumentId).ToListAsync(cancellationToken)];
        named.UnionWith(await database.BatchItems.Where(item => item.DocumentId != null && documents.Contains(item.DocumentId)).Select(item => item.DocumentId!).ToListAsync(cancellationToken));
        return named;
    }
}
