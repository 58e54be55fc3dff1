using System.Net.ServerSentEvents;
using System.Text.Json;
using HunyuanOcr.Web.Api.OpenApi;
using HunyuanOcr.Web.Api.Runs;
using HunyuanOcr.Web.Documents;
using HunyuanOcr.Web.Documents.Pdf;
using HunyuanOcr.Web.Hosting;
using HunyuanOcr.Web.Security;

namespace HunyuanOcr.Web.Api.Ocr;

/// <summary>POST /v1/ocr: a picture or PDF in a form, read page by page; JSON, or a stream of events.</summary>
internal static class OcrEndpoint
{
    internal const string Route = "/v1/ocr";

    internal static RouteHandlerBuilder MapOcr(this IEndpointRouteBuilder routes) => ApiErrors.Describe(routes.MapPost(Route, AnswerAsync).DisableAntiforgery()
        .WithName("ReadDocument").WithTags("OCR").WithSummary("Reads a picture or the pages of a PDF")
        .WithDescription("Lines with boxes in thousandths and in pixels, confidences, fields, Markdown, warnings and timings, page by page. With Accept: text/event-stream (or stream=true) the answer comes as events: started, page.queued, page.started, text.delta, line.done, page.done, done, error. A bad page has its own error and does not end the document.")
        .Produces<OcrAnswer>(contentType: "application/json", additionalContentTypes: "text/event-stream"), takesFiles: true);

    private static async Task<IResult> AnswerAsync(HttpContext context, DocumentStore store, PdfRenderer renderer, ReaderHost host, ApiRuns runs, StudioOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        if (host.State != ReaderState.Ready)
            return ServedModel.Missing(host);
        DateTimeOffset came = time.GetUtcNow();
        OcrForm? form = null;
        try
        {
            form = await OcrForm.ReadAsync(context, options);
            bool accepted = context.Request.GetTypedHeaders().Accept.Any(type => type.MediaType.Equals("text/event-stream", StringComparison.OrdinalIgnoreCase));
            var call = OcrCall.Parse(form, accepted, options.Limits.MaxTokens);
            OcrUpload upload = form.File ?? throw new ApiFaultException(ApiFault.BadRequest("\"file\" is missing: send a picture or PDF.", "file", "missing_parameter"));
            OcrDocument document = await OcrDocument.OpenAsync(upload, store, renderer, options, context.RequestAborted);
            IReadOnlyList<int> pages = PageRanges.Parse(call.Pages, document.File.Pages, out string? fault);
            if (fault is not null)
                return ApiFault.BadRequest(fault, "pages", "invalid_value");
            OcrDocumentReading reading = new(document, call, pages, $"ocr-{ApiFaults.Id(context)}", runs.Begin(context, call.Store), host, options, loggers.CreateLogger(typeof(OcrEndpoint)));
            if (!call.Streams)
                return await WholeAsync(reading, came, context.RequestAborted);
            // The form, and its file, now belong to the stream.
            IResult streamed = await StreamAsync(context, reading, form, options.Limits);
            form = null;
            return streamed;
        }
        catch (DocumentRefusedException e)
        {
            return OcrFaults.Of(e.Refusal);
        }
        finally
        {
            form?.Dispose();
        }
    }

    private static async Task<IResult> WholeAsync(OcrDocumentReading reading, DateTimeOffset came, CancellationToken cancellationToken)
    {
        await foreach (OcrNews _ in reading.ReadAsync(cancellationToken))
        {
        }
        return reading.Fault is { } fault ? fault : TypedResults.Content(JsonSerializer.Serialize(reading.Answer(came), OcrAnswerJson.Readable.OcrAnswer), "application/json; charset=utf-8");
    }

    /// <summary>Waits for the first page's first news, as long as an error can still be an HTTP status.</summary>
    private static async Task<IResult> StreamAsync(HttpContext context, OcrDocumentReading reading, OcrForm form, LimitOptions limits)
    {
        context.Response.RegisterForDispose(form);
        IAsyncEnumerator<OcrNews> news = reading.ReadAsync(context.RequestAborted).GetAsyncEnumerator(context.RequestAborted);
        context.Response.RegisterForDisposeAsync(news);
        await news.MoveNextAsync();
        OcrNews started = news.Current;
        if (await news.MoveNextAsync() && news.Current is OcrPageDone { Page.Fault: { } fault } && (((OcrStarted)started).Pages.Count == 1 || fault.Status is 400 or 429 or 503))
            return fault;
        return new OcrEventStream(Events(started, news, reading.Id, context, limits));
    }

    private static async IAsyncEnumerable<SseItem<string>> Events(OcrNews started, IAsyncEnumerator<OcrNews> news, string id, HttpContext context, LimitOptions limits)
    {
        yield return OcrEvents.Of(started);
        yield return OcrEvents.Of(news.Current);
        while (true)
        {
            ApiFault? fault = null;
            bool more = false;
            try
            {
                more = await news.MoveNextAsync();
            }
            catch (Exception) when (context.RequestAborted.IsCancellationRequested)
            {
                // Whoever went away reads nothing more; whoever waited too long is told.
                fault = ServerLimits.IsTimedOut(context) ? ServerLimits.TimedOut(limits) : null;
            }
            catch (Exception e)
            {
                // The status is sent: the stream itself has to say why it ends.
                fault = OcrFaults.Of(e, id);
            }
            if (fault is not null)
                yield return OcrEvents.Of(fault);
            if (!more)
                yield break;
            yield return OcrEvents.Of(news.Current);
        }
    }
}
