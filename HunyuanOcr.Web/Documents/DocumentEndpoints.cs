using HunyuanOcr.Inference;
using HunyuanOcr.Web.Documents.Pdf;
using HunyuanOcr.Web.Hosting;
using HunyuanOcr.Web.Security;
using HunyuanOcr.Web.Telemetry;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;

namespace HunyuanOcr.Web.Documents;

/// <summary>Documents by HTTP: POST /documents takes one, GET /documents/{id} shows it to its owner and to nobody else.</summary>
public static partial class DocumentEndpoints
{
    internal static void MapDocuments(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/documents", TakeAsync);
        routes.MapGet("/documents/{id}", static (string id, HttpContext context, DocumentStore store, OwnerCookie owners) =>
            ShowAsync(id, context, store, owners, store.ShownAsync));
        routes.MapGet("/documents/{id}/thumbnail", static (string id, HttpContext context, DocumentStore store, OwnerCookie owners) =>
            ShowAsync(id, context, store, owners, async (document, cancellationToken) => (await store.ThumbnailAsync(document, cancellationToken), "image/png")));
    }

    private static async Task<IResult> TakeAsync(HttpContext context, DocumentStore store, PdfRenderer pdfs, OwnerCookie owners, IAntiforgery antiforgery, StudioOptions options, StudioMetrics metrics, ILogger<DocumentStore> logger)
    {
        string name = Uri.UnescapeDataString(context.Request.Headers["X-File-Name"].ToString());
        string request = context.TraceIdentifier;
        DocumentRefusal Refuse(DocumentRefusal refusal)
        {
            metrics.Refused(refusal.Code);
            RequestLine.NoteFault(context, refusal.Code);
            Log.Refused(logger, refusal.Code, refusal.Kind ?? "", refusal.Bytes, request);
            return refusal with { Request = request };
        }

        if (owners.Find(context) is not { } owner || !await antiforgery.IsRequestValidAsync(context))
            return Answer(Refuse(new(RefusalCode.Forbidden, name, 0)));
        if (context.Request.ContentLength > options.Limits.MaxUploadBytes)
            return Answer(Refuse(new(RefusalCode.TooLarge, name, context.Request.ContentLength.Value, Limit: options.Limits.MaxUploadBytes)));
        BodyRest.Limit(context, options.Limits.MaxUploadBytes);
        try
        {
            (IReadOnlyList<StoredDocument> taken, IReadOnlyList<DocumentRefusal> refused) = await store.TakeAsync(owner, name, context.Request.Body, pdfs, context.RequestAborted);
            return taken is [var only] && refused.Count == 0
                ? TypedResults.Json(Described.From(only))
                : TypedResults.Json(new Unpacked([.. taken.Select(Described.From)], [.. refused.Select(Refuse)]));
        }
        catch (DocumentRefusedException e)
        {
            return Answer(Refuse(e.Refusal));
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return Answer(Refuse(new(RefusalCode.TooLarge, name, options.Limits.MaxUploadBytes + 1, Limit: options.Limits.MaxUploadBytes)));
        }
    }

    private static async Task<IResult> ShowAsync(string id, HttpContext context, DocumentStore store, OwnerCookie owners, Func<StoredDocument, CancellationToken, Task<(string Path, string Type)>> shown)
    {
        if (owners.Among(context, owner => store.Find(id, owner)) is not { IsPdf: false } document)
            return TypedResults.NotFound();
        try
        {
            (string path, string type) = await shown(document, context.RequestAborted);
            context.Response.Headers.ContentSecurityPolicy = SecurityHeaders.FilePolicy;
            context.Response.Headers.CacheControl = "private, max-age=86400, immutable";
            return TypedResults.PhysicalFile(path, type);
        }
        catch (Exception e) when (e is OcrPictureException or FileNotFoundException)
        {
            return TypedResults.NotFound();
        }
    }

    private static JsonHttpResult<DocumentRefusal> Answer(DocumentRefusal refusal) => TypedResults.Json(refusal, statusCode: refusal.Status);

    /// <summary>What the page learns of a taken document.</summary>
    public sealed record Described(string Id, string Name, string Type, long Bytes, int Width, int Height, int Pages)
    {
        internal static Described From(StoredDocument document) => new(document.Id, document.Name, document.Type, document.Bytes, document.Width, document.Height, document.Pages);
    }

    /// <summary>What the page learns of an archive.</summary>
    public sealed record Unpacked(IReadOnlyList<Described> Taken, IReadOnlyList<DocumentRefusal> Refused);

    private static partial class Log
    {
        [LoggerMessage(2001, LogLevel.Information, "An upload was refused: {Code} {Kind}, {Bytes} bytes, request {Request}.")]
        internal static partial void Refused(ILogger logger, string code, string kind, long bytes, string request);
    }
}
