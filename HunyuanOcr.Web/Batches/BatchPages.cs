using System.Runtime.CompilerServices;
using HunyuanOcr.Web.Persistence;
using HunyuanOcr.Web.Recognise;
using Microsoft.EntityFrameworkCore;

namespace HunyuanOcr.Web.Batches;

/// <summary>A page of a batch with what was read on it; null where nothing was, or its run was deleted.</summary>
internal sealed record BatchPage(BatchItem Item, RunView? View);

/// <summary>The pages of a batch in order, a few at a time: a thousand files are never in memory together.</summary>
internal sealed class BatchPages(IDbContextFactory<StudioDatabase> databases, RunHistory history)
{
    /// <summary>Rows asked for at once.</summary>
    private const int Portion = 200;

    /// <param name="batch">Whose owner may see it: that was asked before.</param>
    /// <param name="file">Only this file; null is every one.</param>
    /// <param name="cancellationToken">Nobody waits any more.</param>
    internal async IAsyncEnumerable<BatchPage> OfAsync(Batch batch, string? file, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (int skip = 0; ; skip += Portion)
        {
            IReadOnlyList<BatchItem> portion = await PortionAsync(batch, file, skip, cancellationToken);
            foreach (BatchItem item in portion)
                yield return Page(batch, item);
            if (portion.Count < Portion)
                yield break;
        }
    }

    /// <summary>As <see cref="OfAsync"/>, for libraries that do not wait.</summary>
    internal IEnumerable<BatchPage> Of(Batch batch, CancellationToken cancellationToken)
    {
        for (int skip = 0; ; skip += Portion)
        {
            cancellationToken.ThrowIfCancellationRequested();
            List<BatchItem> portion;
            using (StudioDatabase database = databases.CreateDbContext())
                portion = [.. Items(database, batch, null).Skip(skip).Take(Portion)];
            foreach (BatchItem item in portion)
                yield return Page(batch, item);
            if (portion.Count < Portion)
                yield break;
        }
    }

    /// <summary>Rows that all pages together add to a table.</summary>
    internal async Task<long> RowsAsync(Batch batch, CancellationToken cancellationToken)
    {
        await using StudioDatabase database = databases.CreateDbContext();
        return await database.BatchItems.Where(item => item.BatchId == batch.Id).SumAsync(item => (long)Math.Max(item.Lines, 1), cancellationToken);
    }

    private async Task<IReadOnlyList<BatchItem>> PortionAsync(Batch batch, string? file, int skip, CancellationToken cancellationToken)
    {
        await using StudioDatabase database = databases.CreateDbContext();
        return await Items(database, batch, file).Skip(skip).Take(Portion).ToListAsync(cancellationToken);
    }

    private static IQueryable<BatchItem> Items(StudioDatabase database, Batch batch, string? file) => database.BatchItems.AsNoTracking()
        .Where(item => item.BatchId == batch.Id && (file == null || item.FileId == file)).OrderBy(item => item.Position).ThenBy(item => item.FileName).ThenBy(item => item.FileId).ThenBy(item => item.Page);

    private BatchPage Page(Batch batch, BatchItem item) =>
        new(item, item.State is BatchItemState.Done or BatchItemState.Failed && item.RunId is { } run ? history.Load(run, batch.Owner) : null);
}
