using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using HunyuanOcr.Web.Documents;
using HunyuanOcr.Web.Hosting;
using HunyuanOcr.Web.Persistence;
using HunyuanOcr.Web.Recognise;
using Microsoft.EntityFrameworkCore;

namespace HunyuanOcr.Web.Batches;

/// <summary>What an owner does with batches. Every question names the owner: there is no way here to another's batch. Each change is one transaction.</summary>
internal sealed class BatchStore(IDbContextFactory<StudioDatabase> databases, BatchNews news, StudioOptions options, TimeProvider time)
{
    /// <summary>Longer names are cut.</summary>
    private const int LongestName = 200;

    internal async Task<Batch> CreateAsync(string owner, string name, ReadingTask task)
    {
        Batch batch = new()
        {
            Id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)),
            Owner = owner,
            Name = name.Length > LongestName ? name[..LongestName] : name,
            Options = JsonSerializer.Serialize(task),
            // Nothing has to be read yet.
            State = BatchState.Done,
            CreatedAt = time.GetUtcNow(),
        };
        await using StudioDatabase database = databases.CreateDbContext();
        database.Batches.Add(batch);
        await database.SaveChangesAsync();
        return batch;
    }

    /// <summary>A batch of this owner; null where there is none, or it is another's.</summary>
    internal async Task<Batch?> FindAsync(string id, string? owner, CancellationToken cancellationToken = default)
    {
        await using StudioDatabase database = databases.CreateDbContext();
        return owner is null ? null : await database.Batches.AsNoTracking().FirstOrDefaultAsync(batch => batch.Id == id && batch.Owner == owner, cancellationToken);
    }

    /// <summary>The owner's batches, latest first.</summary>
    internal async Task<IReadOnlyList<BatchSummary>> ListAsync(string owner)
    {
        await using StudioDatabase database = databases.CreateDbContext();
        return await database.Batches.AsNoTracking().Where(batch => batch.Owner == owner).OrderByDescending(batch => batch.CreatedAt).ThenBy(batch => batch.Id)
            .Select(batch => new BatchSummary(batch.Id, batch.Name, batch.State, batch.CreatedAt,
                database.BatchItems.Count(item => item.BatchId == batch.Id),
                database.BatchItems.Count(item => item.BatchId == batch.Id && item.State == BatchItemState.Done),
                database.BatchItems.Count(item => item.BatchId == batch.Id && item.State == BatchItemState.Failed)))
            .ToListAsync();
    }

    /// <summary>Puts files into a batch, all of them or none.</summary>
    /// <param name="batchId">Which batch.</param>
    /// <param name="owner">Whose it must be.</param>
    /// <param name="upload">Names the request: brought a second time, as a browser does that never heard the answer, it changes nothing.</param>
    /// <param name="files">What it brought.</param>
    /// <param name="place">Where they stand; null puts them at the end.</param>
    /// <param name="replaced">A file whose place they take instead.</param>
    /// <returns>Whether the batch is there.</returns>
    /// <exception cref="DocumentRefusedException">The batch would have too many files or pages.</exception>
    internal async Task<bool> AddAsync(string batchId, string owner, string upload, IReadOnlyList<NewFile> files, int? place, string? replaced)
    {
        await using StudioDatabase database = databases.CreateDbContext();
        if (await database.Batches.FirstOrDefaultAsync(row => row.Id == batchId && row.Owner == owner) is not { } batch)
            return false;
        if (await HasAsync(database, batchId, upload))
            return true;
        List<BatchItem> old = replaced is null ? [] : await database.BatchItems.Where(item => item.BatchId == batchId && item.FileId == replaced).ToListAsync();
        int position = old is [var first, ..] ? first.Position : place ?? (await database.BatchItems.Where(item => item.BatchId == batchId).MaxAsync(item => (int?)item.Position) ?? -1) + 1;
        int had = await database.BatchItems.Where(item => item.BatchId == batchId).Select(item => item.FileId).Distinct().CountAsync() - (old.Count > 0 ? 1 : 0);
        int pages = await database.BatchItems.CountAsync(item => item.BatchId == batchId) - old.Count + files.Sum(file => file.Pages);
        if (had + files.Count > options.Batch.MaxFiles)
            throw new DocumentRefusedException(new(RefusalCode.BatchFull, files[0].Name, 0, Found: had + files.Count, Limit: options.Batch.MaxFiles));
        if (pages > options.Batch.MaxPages)
            throw new DocumentRefusedException(new(RefusalCode.BatchPages, files[0].Name, 0, Found: pages, Limit: options.Batch.MaxPages));
        database.BatchItems.RemoveRange(old);
        for (int at = 0; at < files.Count; at++)
            database.BatchItems.AddRange(Items(batchId, upload, at, position, files[at]));
        if (batch.State is BatchState.Done or BatchState.Cancelled)
            batch.State = files.Any(file => file.Document is not null) ? BatchState.Running : BatchState.Done;
        try
        {
            await database.SaveChangesAsync();
        }
        catch (DbUpdateException)
        {
            // The same request came twice at once: the other one has written.
            await using StudioDatabase fresh = databases.CreateDbContext();
            if (!await HasAsync(fresh, batchId, upload))
                throw;
        }
        // The last page may have ended, and closed the batch, after it was looked at above.
        await database.Batches.Where(row => row.Id == batchId && row.State == BatchState.Done && database.BatchItems.Any(item => item.BatchId == batchId && item.State == BatchItemState.Waiting))
            .ExecuteUpdateAsync(row => row.SetProperty(open => open.State, BatchState.Running).SetProperty(open => open.EndedAt, (DateTimeOffset?)null));
        news.Tell(batchId);
        return true;
    }

    /// <summary>What waits goes on waiting; what runs is read to its end.</summary>
    internal Task PauseAsync(string id, string owner) => SetStateAsync(id, owner, BatchState.Running, BatchState.Paused);

    internal Task ResumeAsync(string id, string owner) => SetStateAsync(id, owner, BatchState.Paused, BatchState.Running);

    /// <summary>Ends what waits or runs, of the batch or of one file; what was read stays.</summary>
    internal async Task CancelAsync(string id, string owner, string? file = null)
    {
        DateTimeOffset now = time.GetUtcNow();
        await using StudioDatabase database = databases.CreateDbContext();
        int ended = await Items(database, id, owner, file).Where(item => item.State == BatchItemState.Waiting || item.State == BatchItemState.Reading)
            .ExecuteUpdateAsync(row => row.SetProperty(item => item.State, BatchItemState.Cancelled).SetProperty(item => item.LeasedBy, (string?)null).SetProperty(item => item.LeasedUntil, (DateTimeOffset?)null)
                .SetProperty(item => item.ChangedAt, now).SetProperty(item => item.EndedAt, (DateTimeOffset?)now));
        if (file is null)
            await database.Batches.Where(batch => batch.Id == id && batch.Owner == owner && (batch.State == BatchState.Running || batch.State == BatchState.Paused))
                .ExecuteUpdateAsync(row => row.SetProperty(batch => batch.State, BatchState.Cancelled).SetProperty(batch => batch.EndedAt, (DateTimeOffset?)now));
        else if (ended > 0)
            await BatchLeases.CloseAsync(database, id, now, CancellationToken.None);
        news.Tell(id);
    }

    /// <summary>Lets what failed or was cancelled be read once more: of one file, or everything that failed. Pages that were read stay, and so do those whose file is to blame.</summary>
    internal async Task RetryAsync(string id, string owner, string? file = null)
    {
        DateTimeOffset now = time.GetUtcNow();
        await using StudioDatabase database = databases.CreateDbContext();
        IQueryable<BatchItem> ended = Items(database, id, owner, file).Where(item => item.DocumentId != null && (item.State == BatchItemState.Failed || (file != null && item.State == BatchItemState.Cancelled)));
        List<string> inVain = [.. (await ended.Select(item => new { item.Id, item.Fault }).ToListAsync()).Where(item => BatchFaultWords.Read(item.Fault) is { IsOfFile: true }).Select(item => item.Id)];
        int again = await ended.Where(item => !inVain.Contains(item.Id))
            .ExecuteUpdateAsync(row => row.SetProperty(item => item.State, BatchItemState.Waiting).SetProperty(item => item.Attempts, 0).SetProperty(item => item.Fault, (string?)null)
                .SetProperty(item => item.RunId, (string?)null).SetProperty(item => item.Lines, 0).SetProperty(item => item.Doubtful, 0).SetProperty(item => item.Seconds, 0d)
                .SetProperty(item => item.ChangedAt, now).SetProperty(item => item.EndedAt, (DateTimeOffset?)null));
        if (again > 0)
            await database.Batches.Where(batch => batch.Id == id && (batch.State == BatchState.Done || batch.State == BatchState.Cancelled)).ExecuteUpdateAsync(row => row.SetProperty(batch => batch.State, BatchState.Running).SetProperty(batch => batch.EndedAt, (DateTimeOffset?)null));
        news.Tell(id);
    }

    /// <summary>Takes a file out of the batch, or the whole batch away. Runs stay in History.</summary>
    internal async Task RemoveAsync(string id, string owner, string? file = null)
    {
        await using StudioDatabase database = databases.CreateDbContext();
        if (file is null)
        {
            await database.Batches.Where(batch => batch.Id == id && batch.Owner == owner).ExecuteDeleteAsync();
        }
        else
        {
            await Items(database, id, owner, file).ExecuteDeleteAsync();
            await BatchLeases.CloseAsync(database, id, time.GetUtcNow(), CancellationToken.None);
        }
        news.Tell(id);
    }

    /// <summary>Removes batches that are older than the retention allows and have ended.</summary>
    internal async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        if (options.Storage.RetentionDays == 0)
            return 0;
        DateTimeOffset before = time.GetUtcNow().AddDays(-options.Storage.RetentionDays);
        await using StudioDatabase database = databases.CreateDbContext();
        return await database.Batches.Where(batch => batch.CreatedAt < before && (batch.State == BatchState.Done || batch.State == BatchState.Cancelled)).ExecuteDeleteAsync(cancellationToken);
    }

    private static IQueryable<BatchItem> Items(StudioDatabase database, string id, string owner, string? file) =>
        database.BatchItems.Where(item => item.BatchId == id && database.Batches.Any(batch => batch.Id == id && batch.Owner == owner) && (file == null || item.FileId == file));

    private async Task SetStateAsync(string id, string owner, BatchState from, BatchState to)
    {
        await using StudioDatabase database = databases.CreateDbContext();
        await database.Batches.Where(batch => batch.Id == id && batch.Owner == owner && batch.State == from).ExecuteUpdateAsync(row => row.SetProperty(batch => batch.State, to));
        await BatchLeases.CloseAsync(database, id, time.GetUtcNow(), CancellationToken.None);
        news.Tell(id);
    }

    private static Task<bool> HasAsync(StudioDatabase database, string batchId, string upload)
    {
        string file = Name(batchId, upload, 0);
        return database.BatchItems.AnyAsync(item => item.BatchId == batchId && item.FileId == file);
    }

    private IEnumerable<BatchItem> Items(string batchId, string upload, int at, int position, NewFile file)
    {
        string id = Name(batchId, upload, at);
        DateTimeOffset now = time.GetUtcNow();
        bool pdf = file.Document is { IsPdf: true };
        for (int page = 1; page <= file.Pages; page++)
            yield return new()
            {
                Id = Name(id, "", page),
                BatchId = batchId,
                FileId = id,
                Position = position,
                FileName = file.Name,
                Bytes = file.Bytes,
                Page = pdf ? page : null,
                DocumentId = file.Document?.Id,
                PictureId = pdf ? null : file.Document?.Id,
                State = file.Refusal is null ? BatchItemState.Waiting : BatchItemState.Failed,
                Fault = file.Refusal is null ? null : JsonSerializer.Serialize(new RunFault("picture", "", file.Refusal.Request ?? "", file.Refusal)),
                ChangedAt = now,
                EndedAt = file.Refusal is null ? null : now,
            };
    }

    /// <summary>The same for the same request, so that the database itself refuses to take it twice.</summary>
    private static string Name(string first, string second, int number) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{first} {second} {number}"))[..16]);
}
