using System.Collections.Concurrent;
using System.Security.Cryptography;
using HunyuanOcr.Inference;
using HunyuanOcr.Web.Documents;
using HunyuanOcr.Web.Hosting;
using HunyuanOcr.Web.Persistence;

namespace HunyuanOcr.Web.Recognise;

/// <summary>All runs of this server, each found by its id and owner; ended ones are kept for a while.</summary>
internal sealed partial class RecogniseRuns(ReaderHost host, DocumentStore documents, RunKeeper keeper, RunHistory history, StudioOptions options, TimeProvider time, ILogger<RecogniseRuns> logger)
{
    /// <summary>Ended runs of one owner that stay.</summary>
    private const int KeptForOwner = 50;

    /// <summary>Ended runs of all owners that stay.</summary>
    private const int KeptForAll = 2000;

    /// <summary>How long an ended run stays.</summary>
    private static readonly TimeSpan _kept = TimeSpan.FromHours(12);

    private readonly ConcurrentDictionary<string, RecogniseRun> _runs = new();

    /// <summary>Starts to read a document, by itself or at its place in a pile.</summary>
    internal RecogniseRun Start(StoredDocument document, ReadingTask task, PilePlace? place = null)
    {
        Forget(document.Owner);
        RecogniseRun run = new(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), document, task, options.Engine.MaxPixels, logger) { Place = place };
        _runs[run.Id] = run;
        // Not in the page's own context: a run neither waits for drawings nor ends with the page that began it.
        run.Reading = Task.Run(() => ReadAndKeepAsync(run, async cancellationToken => task.ToRequest(await documents.ReadAsync(document, cancellationToken), options.Limits.MaxTokens)));
        return run;
    }

    /// <summary>A run of this owner, under way or kept; null where there is none, or it is another's.</summary>
    internal RecogniseRun? Find(string? id, string? owner)
    {
        if (id is null || owner is null)
            return null;
        if (_runs.TryGetValue(id, out RecogniseRun? run))
            return run.Document.Owner == owner ? run : null;
        try
        {
            return history.Load(id, owner) is { } ended ? Kept(ended) : null;
        }
        catch (Exception e) when (DatabaseFaults.IsOf(e))
        {
            Log.NotLoaded(logger, id, e);
            return null;
        }
    }

    /// <summary>The kept runs of a pile of this owner, by page; none where there is no such pile, or it is another's.</summary>
    internal IReadOnlyList<RecogniseRun> FindPile(string id, string owner)
    {
        try
        {
            return [.. history.LoadPile(id, owner).Select(Kept)];
        }
        catch (Exception e) when (DatabaseFaults.IsOf(e))
        {
            Log.NotLoaded(logger, id, e);
            return [];
        }
    }

    /// <summary>Forgets an ended run that its owner deleted: from now on only the database knows it.</summary>
    internal void Remove(string id)
    {
        if (_runs.TryGetValue(id, out RecogniseRun? run) && run.Ended is not null && _runs.TryRemove(id, out _))
            run.Dispose();
    }

    private RecogniseRun Kept(RunView ended) => _runs.GetOrAdd(ended.Id, _ => new RecogniseRun(ended, time.GetUtcNow(), logger));

    private async Task ReadAndKeepAsync(RecogniseRun run, Func<CancellationToken, Task<OcrRequest>> request)
    {
        await run.ReadAsync(host, request);
        await keeper.KeepAsync(run.View(), run.Ended ?? time.GetUtcNow());
    }

    /// <summary>The newest run of the same picture that answers a question and has not failed; null where nobody has asked it.</summary>
    internal RecogniseRun? Answer(StoredDocument document, Func<ReadingTask, bool> question) =>
        _runs.Values.Where(run => run.Document.Owner == document.Owner && run.Document.Content == document.Content && question(run.Task) && run.State is not (PageState.Failed or PageState.Cancelled))
            .OrderByDescending(run => run.Ended ?? DateTimeOffset.MaxValue).FirstOrDefault();

    private void Forget(string owner)
    {
        DateTimeOffset before = time.GetUtcNow() - _kept;
        List<RecogniseRun> old = [.. _runs.Values.Where(run => run.Ended < before)];
        old.AddRange(_runs.Values.Where(run => run.Ended >= before && run.Document.Owner == owner).OrderByDescending(run => run.Ended).Skip(KeptForOwner - 1));
        old.AddRange(_runs.Values.Where(run => run.Ended is not null).OrderByDescending(run => run.Ended).Skip(KeptForAll - 1));
        foreach (RecogniseRun run in old)
            if (_runs.TryRemove(run.Id, out _))
                run.Dispose();
    }

    private static partial class Log
    {
        [LoggerMessage(3101, LogLevel.Error, "Run {Run} could not be loaded from the database.")]
        internal static partial void NotLoaded(ILogger logger, string run, Exception exception);
    }
}
