using System.Security.Cryptography;
using HunyuanOcr.Web.Documents;
using HunyuanOcr.Web.Recognise;
using Microsoft.EntityFrameworkCore;

namespace HunyuanOcr.Web.Persistence;

/// <summary>The kept runs of an owner. Every question names the owner: there is no way here to another's run but by a link that its owner made.</summary>
internal sealed class RunHistory(IDbContextFactory<StudioDatabase> databases, DocumentStore documents, TimeProvider time)
{
    /// <summary>Characters of a text that a list needs to show where a word stands.</summary>
    private const int LongestText = 20_000;

    /// <summary>A part of the list, and how many there are in all.</summary>
    internal async Task<(IReadOnlyList<RunSummary> Runs, int Count)> ListAsync(string owner, RunFilter filter, int skip, int take, CancellationToken cancellationToken = default)
    {
        await using StudioDatabase database = databases.CreateDbContext();
        IQueryable<Run> runs = filter.Apply(database.Runs.AsNoTracking(), owner, time.GetUtcNow());
        int count = await runs.CountAsync(cancellationToken);
        List<RunSummary> part = await filter.Sort(runs).Skip(skip).Take(take)
            .Select(run => new RunSummary(run.Id, run.DocumentId, run.FileName, run.Task, run.State, run.Text.Substring(0, LongestText), run.LineCount, run.FieldCount, run.CreatedAt, run.Pinned, run.ShareToken != null))
            .ToListAsync(cancellationToken);
        return (part, count);
    }

    /// <summary>Bytes of the pictures that an owner's runs keep, each picture once.</summary>
    internal async Task<long> BytesAsync(string owner)
    {
        await using StudioDatabase database = databases.CreateDbContext();
        return await database.Runs.Where(run => run.Owner == owner && run.DeletedAt == null).GroupBy(run => run.Content).Select(same => same.Max(run => run.Bytes)).SumAsync();
    }

    /// <summary>A run of this owner as a page draws it; null where there is none, it is another's, deleted, or its picture is gone.</summary>
    internal RunView? Load(string id, string owner)
    {
        using StudioDatabase database = databases.CreateDbContext();
        return database.Runs.AsNoTracking().FirstOrDefault(run => run.Id == id && run.Owner == owner && run.DeletedAt == null) is { } run && documents.Find(run.DocumentId, owner) is { } document
            ? RunRecord.View(run, document)
            : null;
    }

    /// <summary>The runs of a pile of this owner in the order of their pages, those whose picture is there.</summary>
    internal IReadOnlyList<RunView> LoadPile(string pile, string owner)
    {
        using StudioDatabase database = databases.CreateDbContext();
        List<RunView> views = [];
        foreach (Run run in database.Runs.AsNoTracking().Where(run => run.Pile == pile && run.Owner == owner && run.DeletedAt == null).OrderBy(run => run.Page))
            if (documents.Find(run.DocumentId, owner) is { } document)
                views.Add(RunRecord.View(run, document));
        return views;
    }

    /// <summary>The run behind a link; null where nobody shares one under it.</summary>
    internal async Task<RunView?> FindSharedAsync(string token)
    {
        await using StudioDatabase database = databases.CreateDbContext();
        return await database.Runs.AsNoTracking().FirstOrDefaultAsync(run => run.ShareToken == token && run.DeletedAt == null) is { } run && documents.Find(run.DocumentId, run.Owner) is { } document
            ? RunRecord.View(run, document)
            : null;
    }

    /// <summary>Makes a link to a run, or gives back the one there is; null where the run is not this owner's.</summary>
    internal async Task<string?> ShareAsync(string owner, string id)
    {
        await using StudioDatabase database = databases.CreateDbContext();
        if (await OwnAsync(database, owner, id) is not { } run)
            return null;
        run.ShareToken ??= Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        await database.SaveChangesAsync();
        return run.ShareToken;
    }

    /// <summary>Whoever has the link finds nothing there any more.</summary>
    internal Task UnshareAsync(string owner, string id) => ChangeAsync(owner, id, static run => run.ShareToken = null);

    /// <summary>Keeps a run whatever its age, or no longer.</summary>
    internal Task PinAsync(string owner, string id, bool pinned) => ChangeAsync(owner, id, run => run.Pinned = pinned);

    /// <summary>Takes runs out of every list.</summary>
    /// <param name="owner">Whose.</param>
    /// <param name="filter">Which of them.</param>
    /// <param name="id">Only this one; null is every one that the filter lets through.</param>
    /// <returns>The moment by which <see cref="RestoreAsync"/> brings them back, and the ids.</returns>
    internal async Task<(DateTimeOffset Moment, IReadOnlyList<string> Ids)> DeleteAsync(string owner, RunFilter filter, string? id = null)
    {
        DateTimeOffset now = time.GetUtcNow();
        // Both databases count microseconds.
        DateTimeOffset moment = now.AddTicks(-(now.UtcTicks % TimeSpan.TicksPerMicrosecond));
        await using StudioDatabase database = databases.CreateDbContext();
        IQueryable<Run> runs = id is null ? filter.Apply(database.Runs, owner, now) : database.Runs.Where(run => run.Id == id && run.Owner == owner && run.DeletedAt == null);
        await runs.ExecuteUpdateAsync(row => row.SetProperty(run => run.DeletedAt, moment));
        return (moment, await database.Runs.Where(run => run.Owner == owner && run.DeletedAt == moment).Select(run => run.Id).ToListAsync());
    }

    /// <summary>Brings back what was deleted at a moment.</summary>
    internal async Task RestoreAsync(string owner, DateTimeOffset moment)
    {
        await using StudioDatabase database = databases.CreateDbContext();
        await database.Runs.Where(run => run.Owner == owner && run.DeletedAt == moment).ExecuteUpdateAsync(row => row.SetProperty(run => run.DeletedAt, (DateTimeOffset?)null));
    }

    private async Task ChangeAsync(string owner, string id, Action<Run> change)
    {
        await using StudioDatabase database = databases.CreateDbContext();
        if (await OwnAsync(database, owner, id) is not { } run)
            return;
        change(run);
        await database.SaveChangesAsync();
    }

    private static Task<Run?> OwnAsync(StudioDatabase database, string owner, string id) =>
        database.Runs.FirstOrDefaultAsync(run => run.Id == id && run.Owner == owner && run.DeletedAt == null);
}
