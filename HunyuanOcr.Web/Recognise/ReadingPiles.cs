using System.Collections.Concurrent;
using System.Security.Cryptography;
using HunyuanOcr.Web.Documents;
using HunyuanOcr.Web.Documents.Pdf;
using HunyuanOcr.Web.Hosting;

namespace HunyuanOcr.Web.Recognise;

/// <summary>All piles of this server, each found by its id and owner; ended ones come back from their kept runs.</summary>
internal sealed class ReadingPiles(RecogniseRuns runs, DocumentStore store, PdfRenderer pdfs, ReaderHost host, StudioOptions options, TimeProvider time, ILogger<ReadingPiles> logger)
{
    private static readonly TimeSpan _kept = TimeSpan.FromHours(12);

    private readonly ConcurrentDictionary<string, ReadingPile> _piles = new();

    /// <summary>Starts to read documents that came together, page by page.</summary>
    internal ReadingPile Start(IReadOnlyList<StoredDocument> documents, ReadingTask task)
    {
        DocumentPages pages = new(store, pdfs, documents, () => host.Status?.Model.MaxPixels ?? options.Engine.MaxPixels);
        return Start(documents[0].Owner, documents[0].Name, documents.Sum(document => document.Bytes), pages.Count, task, pages.DrawAsync);
    }

    /// <summary>Starts to read pages that are drawn one by one.</summary>
    internal ReadingPile Start(string owner, string name, long bytes, int pages, ReadingTask task, DrawPage draw)
    {
        foreach (ReadingPile old in _piles.Values.Where(pile => pile.Ended < time.GetUtcNow() - _kept))
            if (_piles.TryRemove(old.Id, out _))
                old.Dispose();
        ReadingPile started = new(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), owner, name, bytes, pages, task, draw, logger);
        _piles[started.Id] = started;
        _ = Task.Run(() => started.ReadAsync((document, place) => runs.Start(document, task, place)));
        return started;
    }

    /// <summary>A pile of this owner, under way or put together again from its kept runs; null where there is none, or it is another's.</summary>
    internal ReadingPile? Find(string? id, string? owner)
    {
        if (id is null || owner is null)
            return null;
        if (_piles.TryGetValue(id, out ReadingPile? pile))
            return pile.Owner == owner ? pile : null;
        return runs.FindPile(id, owner) is { Count: > 0 } kept ? _piles.GetOrAdd(id, _ => new ReadingPile(owner, kept, time.GetUtcNow(), logger)) : null;
    }

    /// <summary>Takes a deleted run out of the pile it belongs to. An ended pile is put together again from what is kept when it is next asked for; in one that goes on, the page stands as not read.</summary>
    internal void Remove(string run)
    {
        foreach (ReadingPile pile in _piles.Values)
        {
            if (pile.Pages.FirstOrDefault(page => page.Run?.Id == run) is not { } page)
                continue;
            if (pile.Ended is not null && _piles.TryRemove(pile.Id, out _))
                pile.Dispose();
            else
                page.Empty();
        }
    }
}
