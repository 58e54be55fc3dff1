using System.Threading.Channels;
using HunyuanOcr.Inference;
using HunyuanOcr.Web.Api.Runs;
using HunyuanOcr.Web.Hosting;
using HunyuanOcr.Web.Recognise;

namespace HunyuanOcr.Web.Api.Ocr;

/// <summary>One page under way: its news gather in a channel until the pages before it have told theirs.</summary>
internal sealed partial class OcrPageReading
{
    /// <summary>How often a later page of a document asks again for a place in a full queue, once a second.</summary>
    private const int MostTries = 60;

    private readonly Channel<OcrNews> _news = Channel.CreateUnbounded<OcrNews>(new() { SingleReader = true, SingleWriter = true });
    private readonly OcrDocument _document;
    private readonly OcrCall _call;
    private readonly CallRuns _runs;
    private readonly ReaderHost _host;
    private readonly StudioOptions _options;
    private readonly ILogger _logger;
    private readonly string _id;
    private readonly int _page;

    internal OcrPageReading(OcrDocument document, OcrCall call, int page, string id, CallRuns runs, ReaderHost host, StudioOptions options, ILogger logger)
    {
        _document = document;
        _call = call;
        _page = page;
        _id = id;
        _runs = runs;
        _host = host;
        _options = options;
        _logger = logger;
    }

    internal ChannelReader<OcrNews> News => _news.Reader;

    /// <summary>Reads the page; whatever happens is told as news, and only a caller who went away ends it without.</summary>
    /// <param name="waits">Whether it may wait for a place in a full queue, as a later page of a document does.</param>
    internal async Task RunAsync(bool waits, CancellationToken cancellationToken)
    {
        try
        {
            IPageReader reader = await _host.WaitAsync(cancellationToken);
            OcrDocumentPage page = await _document.PageAsync(_page, reader.Status.Model.MaxPixels, cancellationToken);
            for (int tries = 0; !await TryAsync(reader, page, waits && tries < MostTries, cancellationToken); tries++)
                await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
#pragma warning disable CA1031 // One bad page does not end a document: whatever it was stands in the page's own answer.
        catch (Exception e)
#pragma warning restore CA1031
        {
            ApiFault fault = OcrFaults.Of(e, _id);
            if (fault.Status >= StatusCodes.Status500InternalServerError)
                Log.Failed(_logger, _id, _page, e);
            Tell(new OcrPageDone(new() { Page = _page, Status = "error", Error = new(fault.Message, fault.Type, fault.Param, fault.Code), Fault = fault }));
        }
        finally
        {
            _news.Writer.TryComplete();
        }
    }

    /// <returns>Whether it was read; false where the queue is full and it may wait.</returns>
    private async Task<bool> TryAsync(IPageReader reader, OcrDocumentPage page, bool waits, CancellationToken cancellationToken)
    {
        try
        {
            OcrRequest request = _call.Request with { Pictures = [page.Picture] };
            OcrFileAnswer file = _document.File;
            IAsyncEnumerable<OcrEvent> events = _runs.Watch(reader.ReadAsync(request, cancellationToken), request, file.Pages > 1 ? $"{file.Name} {_page}" : file.Name,
                _runs.Place(_page, file.Pages, file.Name, file.Bytes), cancellationToken);
            await foreach (OcrEvent happened in events.WithCancellation(cancellationToken))
                Take(happened, page);
            return true;
        }
        catch (OcrQueueFullException) when (waits)
        {
            return false;
        }
        catch (OcrEngineException e) when (e.EngineDead)
        {
            _host.Died(reader);
            throw;
        }
    }

    private void Take(OcrEvent happened, OcrDocumentPage page)
    {
        switch (happened)
        {
            case OcrQueued queued:
                Tell(new OcrPageQueued { Page = _page, Ahead = queued.Ahead });
                break;
            case OcrReading:
                Tell(new OcrPageStarted { Page = _page, Width = page.Width, Height = page.Height, Dpi = page.Dpi });
                break;
            case OcrDelta delta:
                if (delta.Text.Length > 0)
                    Tell(new OcrTextDelta { Page = _page, Text = delta.Text });
                foreach (OcrLine line in delta.Lines)
                    Tell(new OcrLineDone { Page = _page, Line = OcrPageAnswers.Of(line, page, _options.Engine.DoubtfulBelow) });
                break;
            case OcrFinished finished:
                Tell(new OcrPageDone(OcrPageAnswers.Of(_page, finished.Result, page, _call.Request.Task, _options.Engine.DoubtfulBelow)));
                break;
        }
    }

    private void Tell(OcrNews news) => _news.Writer.TryWrite(news);

    private static partial class Log
    {
        [LoggerMessage(6201, LogLevel.Error, "Request {Request} failed on page {Page}.")]
        internal static partial void Failed(ILogger logger, string request, int page, Exception exception);
    }
}
