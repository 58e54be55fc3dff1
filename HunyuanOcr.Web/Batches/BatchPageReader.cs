using System.Collections.Concurrent;
using System.Text.Json;
using HunyuanOcr.Web.Documents;
using HunyuanOcr.Web.Documents.Pdf;
using HunyuanOcr.Web.Hosting;
using HunyuanOcr.Web.Persistence;
using HunyuanOcr.Web.Recognise;

namespace HunyuanOcr.Web.Batches;

/// <summary>Reads one page of a batch as the Recognise page would: a run, kept in History.</summary>
internal sealed partial class BatchPageReader(ReaderHost host, DocumentStore documents, PdfRenderer pdfs, RunKeeper keeper, RunHistory history, BatchLeases leases, BatchNews news, StudioOptions options, TimeProvider time, ILogger<BatchPageReader> logger)
{
    /// <summary>After a full queue: others come first.</summary>
    private static readonly TimeSpan _breath = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, RecogniseRun> _live = new();

    /// <summary>Lines of a page so far and the seconds that they took; 0 where another server reads it.</summary>
    internal (int Lines, double Seconds) SoFar(string item) => _live.TryGetValue(item, out RecogniseRun? run) && run.View() is { } view ? (view.Lines.Count, view.Total.TotalSeconds) : (0, 0);

    /// <summary>Reads a page that this server has taken, and writes how it ended. Never throws for what is wrong with the page.</summary>
    /// <param name="batch">Its batch.</param>
    /// <param name="item">The page.</param>
    /// <param name="cancellationToken">The page was cancelled, or the server stops.</param>
    internal async Task ReadAsync(Batch batch, BatchItem item, CancellationToken cancellationToken)
    {
        // The server that began it may have been killed between writing the run and saying so.
        if (item.Attempts > 1 && history.Load(item.RunId!, batch.Owner) is { } kept)
        {
            await leases.FinishAsync(item, PageOutcome.Of(kept));
            return;
        }
        if (item.DocumentId is null || documents.Find(item.DocumentId, batch.Owner) is not { } document)
        {
            await leases.FinishAsync(item, new PageOutcome(new RunFault("gone", "", item.Id)));
            return;
        }
        try
        {
            StoredDocument picture = await PictureAsync(batch, item, document, cancellationToken);
            await ReadAsync(item, picture, JsonSerializer.Deserialize<ReadingTask>(batch.Options) ?? new(), cancellationToken);
        }
        catch (DocumentRefusedException e)
        {
            await leases.FinishAsync(item, new PageOutcome(new RunFault("picture", "", item.Id, e.Refusal)));
        }
        catch (FileNotFoundException e)
        {
            Log.Gone(logger, item.Id, e);
            await leases.FinishAsync(item, new PageOutcome(new RunFault("gone", "", item.Id)));
        }
    }

    /// <summary>The page as a picture; a page of a PDF is drawn once, also where it is read again.</summary>
    private async Task<StoredDocument> PictureAsync(Batch batch, BatchItem item, StoredDocument document, CancellationToken cancellationToken)
    {
        if (item.Page is not { } page)
            return document;
        if (item.PictureId is not null && documents.Find(item.PictureId, batch.Owner) is { } drawn)
            return drawn;
        DocumentPages pages = new(documents, pdfs, [document], () => host.Status?.Model.MaxPixels ?? options.Engine.MaxPixels);
        StoredDocument picture = await pages.DrawAsync(page, cancellationToken);
        await leases.DrawnAsync(item, picture.Id);
        news.Tell(item.BatchId);
        return picture;
    }

    private async Task ReadAsync(BatchItem item, StoredDocument picture, ReadingTask task, CancellationToken cancellationToken)
    {
        using RecogniseRun run = new(item.RunId!, picture, task, options.Engine.MaxPixels, logger);
        await using CancellationTokenRegistration cancel = cancellationToken.Register(run.Cancel);
        _live[item.Id] = run;
        try
        {
            await run.ReadAsync(host, async token => task.ToRequest(await documents.ReadAsync(picture, token), options.Limits.MaxTokens));
        }
        finally
        {
            _live.TryRemove(item.Id, out _);
        }
        RunView view = run.View();
        switch (view)
        {
            case { Phase: RunPhase.Cancelled }:
                // Cancelled by its owner it is not this server's any more, and nothing happens; where the server stops, it waits again.
                await leases.GiveBackAsync(item, counts: false);
                break;
            case { Fault.Code: "queue_full" }:
                await Task.Delay(_breath, time, cancellationToken);
                await leases.GiveBackAsync(item, counts: false);
                break;
            case { Fault.Code: "engine" or "engine_dead" or "engine_stopped" } when item.Attempts < BatchLeases.MostAttempts:
                await leases.GiveBackAsync(item, counts: true);
                break;
            default:
                // Known before it is written: who takes over after a kill looks for the run first.
                await keeper.KeepAsync(view, run.Ended ?? time.GetUtcNow());
                await leases.FinishAsync(item, PageOutcome.Of(view));
                break;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(5001, LogLevel.Warning, "The file of page {Item} of a batch is gone.")]
        internal static partial void Gone(ILogger logger, string item, Exception exception);
    }
}
