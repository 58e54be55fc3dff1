using HunyuanOcr.Web.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HunyuanOcr.Web.Batches;

/// <summary>Keeps what a page shows of a batch up to date: after the first look it asks only for what changed.</summary>
internal sealed class BatchWatch(IDbContextFactory<StudioDatabase> databases, BatchPageReader reader, TimeProvider time, string owner, string id)
{
    /// <summary>Clocks of several servers may differ by so much.</summary>
    private static readonly TimeSpan _overlap = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, BatchItem> _items = [];
    private DateTimeOffset _seen = DateTimeOffset.UnixEpoch;

    /// <summary>The batch now; null where it is gone, or another's.</summary>
    internal async Task<BatchView?> LookAsync()
    {
        await using StudioDatabase database = databases.CreateDbContext();
        if (await database.Batches.AsNoTracking().FirstOrDefaultAsync(row => row.Id == id && row.Owner == owner) is not { } batch)
            return null;
        DateTimeOffset since = _seen - _overlap;
        foreach (BatchItem item in await database.BatchItems.AsNoTracking().Where(item => item.BatchId == id && item.ChangedAt >= since).ToListAsync())
        {
            _items[item.Id] = item;
            _seen = item.ChangedAt > _seen ? item.ChangedAt : _seen;
        }
        if (_items.Count != await database.BatchItems.CountAsync(item => item.BatchId == id))
        {
            // Something was taken out.
            HashSet<string> there = [.. await database.BatchItems.Where(item => item.BatchId == id).Select(item => item.Id).ToListAsync()];
            foreach (string gone in _items.Keys.Where(key => !there.Contains(key)).ToList())
                _items.Remove(gone);
        }
        return BatchView.Of(batch, _items.Values, reader.SoFar, time.GetUtcNow());
    }
}
