using System.Collections.Concurrent;
using System.Security.Cryptography;
using HunyuanOcr.Web.Documents;
using HunyuanOcr.Web.Hosting;

namespace HunyuanOcr.Web.Recognise;

/// <summary>All runs of this server, each found by its id and owner; ended ones are kept for a while.</summary>
internal sealed class RecogniseRuns(ReaderHost host, DocumentStore documents, StudioOptions options, TimeProvider time, ILogger<RecogniseRuns> logger)
{
    /// <summary>Ended runs of one owner that stay.</summary>
    private const int KeptForOwner = 50;

    /// <summary>Ended runs of all owners that stay.</summary>
    private const int Kept = 2000;

    /// <summary>How long an ended run stays.</summary>
    private static readonly TimeSpan _kept = TimeSpan.FromHours(12);

    private readonly ConcurrentDictionary<string, RecogniseRun> _runs = new();

    /// <summary>Starts to read a document.</summary>
    internal RecogniseRun Start(StoredDocument document, ReadingTask task)
    {
        Forget(document.Owner);
        RecogniseRun run = new(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), document, task, options.Engine.MaxPixels, logger);
        _runs[run.Id] = run;
        // Not in the page's own context: a run neither waits for drawings nor ends with the page that began it.
        run.Reading = Task.Run(() => run.ReadAsync(host, async cancellationToken => task.ToRequest(await documents.ReadAsync(document, cancellationToken), options.Limits.MaxTokens)));
        return run;
    }

    /// <summary>A run of this owner; null where there is none, or it is another's.</summary>
    internal RecogniseRun? Find(string? id, string? owner) =>
        id is not null && _runs.TryGetValue(id, out RecogniseRun? run) && run.Document.Owner == owner ? run : null;

    /// <summary>The newest run of the same picture that answers a question and has not failed; null where nobody has asked it.</summary>
    internal RecogniseRun? Answer(StoredDocument document, Func<ReadingTask, bool> question) =>
        _runs.Values.Where(run => run.Document.Owner == document.Owner && run.Document.Content == document.Content && question(run.Task) && run.State is not (PageState.Failed or PageState.Cancelled))
            .OrderByDescending(run => run.Ended ?? DateTimeOffset.MaxValue).FirstOrDefault();

    private void Forget(string owner)
    {
        DateTimeOffset before = time.GetUtcNow() - _kept;
        List<RecogniseRun> old = [.. _runs.Values.Where(run => run.Ended < before)];
        old.AddRange(_runs.Values.Where(run => run.Ended >= before && run.Document.Owner == owner).OrderByDescending(run => run.Ended).Skip(KeptForOwner - 1));
        old.AddRange(_runs.Values.Where(run => run.Ended is not null).OrderByDescending(run => run.Ended).Skip(Kept - 1));
        foreach (RecogniseRun run in old)
            if (_runs.TryRemove(run.Id, out _))
                run.Dispose();
    }
}
