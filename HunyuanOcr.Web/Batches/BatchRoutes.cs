using System.Globalization;
using HunyuanOcr.Web.Documents;
using HunyuanOcr.Web.Documents.Pdf;
using HunyuanOcr.Web.Hosting;
using HunyuanOcr.Web.Language;
using HunyuanOcr.Web.Persistence;
using HunyuanOcr.Web.Recognise;
using HunyuanOcr.Web.Security;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;

namespace HunyuanOcr.Web.Batches;

/// <summary>Batches by HTTP, for their owner and nobody else: POST /batches/{id}/files brings a file or a ZIP, GET /batches/{id}/{format} takes everything away.</summary>
internal static class BatchRoutes
{
    /// <summary>Of each upload, made by the browser: the same file sent again has the same.</summary>
    internal const string UploadHeader = "X-Upload";

    /// <summary>Of each upload: its place in the order that its owner chose. Several come at once, and the smallest arrives first.</summary>
    internal const string PlaceHeader = "X-Place";

    internal static void Map(IEndpointRouteBuilder routes)
    {
        // A large ZIP over a slow line takes its time; how slow it may be is a limit of its own.
        routes.MapPost("/batches/{id}/files", TakeAsync).DisableRequestTimeout();
        routes.MapGet("/batches/{id}/{format}", DownloadAsync).DisableRequestTimeout();
        routes.MapGet("/batches/{id}/files/{file}/{format}", DownloadFileAsync);
    }

    private static async Task<IResult> TakeAsync(string id, HttpContext context, BatchStore batches, DocumentStore store, PdfRenderer pdfs, OwnerCookie owners, IAntiforgery antiforgery, StudioOptions options)
    {
        string name = DocumentStore.NameForShowing(Uri.UnescapeDataString(context.Request.Headers["X-File-Name"].ToString()));
        string upload = context.Request.Headers[UploadHeader].ToString();
        if (owners.Find(context) is not { } owner || !await antiforgery.IsRequestValidAsync(context))
            return Refused(new(RefusalCode.Forbidden, name, 0));
        if (upload.Length is 0 or > 64 || await batches.FindAsync(id, owner, context.RequestAborted) is null)
            return TypedResults.NotFound();
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = Math.Max(options.Batch.MaxArchiveBytes, options.Limits.MaxUploadBytes) + 1;
        IReadOnlyList<NewFile> files = await FilesAsync(owner, name, context, store, pdfs, options);
        if (files is [{ Refusal: { Code: RefusalCode.DiskFull } full }])
            return Refused(full);
        try
        {
            string? replaced = context.Request.Headers["X-Replace"].ToString() is { Length: > 0 } file ? file : null;
            int? place = int.TryParse(context.Request.Headers[PlaceHeader].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out int given) ? given : null;
            return await batches.AddAsync(id, owner, upload, files, place, replaced) ? TypedResults.Ok() : TypedResults.NotFound();
        }
        catch (DocumentRefusedException e)
        {
            return Refused(e.Refusal with { Name = name });
        }
    }

    /// <summary>What came; what is refused becomes a row that says why.</summary>
    private static async Task<IReadOnlyList<NewFile>> FilesAsync(string owner, string name, HttpContext context, DocumentStore store, PdfRenderer pdfs, StudioOptions options)
    {
        try
        {
            (IReadOnlyList<StoredDocument> taken, IReadOnlyList<DocumentRefusal> refused) = await store.TakeAsync(owner, name, context.Request.Body, pdfs, context.RequestAborted, new ArchiveLimits(options.Batch.MaxArchiveBytes, options.Batch.MaxFiles));
            return [.. taken.Select(NewFile.Of), .. refused.Select(NewFile.Of)];
        }
        catch (DocumentRefusedException e)
        {
            return [NewFile.Of(e.Refusal with { Request = context.TraceIdentifier })];
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return [NewFile.Of(new DocumentRefusal(RefusalCode.TooLarge, name, context.Request.ContentLength ?? options.Batch.MaxArchiveBytes + 1, Limit: options.Limits.MaxUploadBytes))];
        }
    }

    private static async Task<IResult> DownloadAsync(string id, string format, HttpContext context, BatchStore batches, BatchPages pages, OwnerCookie owners)
    {
        if (BatchFormat.Find(format) is not { } known || await batches.FindAsync(id, owners.Find(context), context.RequestAborted) is not { } batch)
            return TypedResults.NotFound();
        // Workbook, table and ZIP are written by libraries that do not wait while they write; Kestrel asks to be told.
        if (context.Features.Get<IHttpBodyControlFeature>() is { } control)
            control.AllowSynchronousIO = true;
        return TypedResults.Stream(output => known.WriteAsync(output, batch, pages, Words.Of(PageLanguages.Of(context.Request)), context.RequestAborted), known.MediaType, BatchFormat.FileName(batch.Name) + known.Extension);
    }

    private static async Task<IResult> DownloadFileAsync(string id, string file, string format, HttpContext context, BatchStore batches, BatchPages pages, OwnerCookie owners)
    {
        if (RunFormat.Find(format) is not { } known || await batches.FindAsync(id, owners.Find(context), context.RequestAborted) is not { } batch)
            return TypedResults.NotFound();
        List<RunPage> read = [];
        string name = "";
        await foreach (BatchPage page in pages.OfAsync(batch, file, context.RequestAborted))
        {
            name = page.Item.FileName;
            if (page.View is not null)
                read.Add(new RunPage(page.Item.Page ?? 1, page.View));
        }
        return read.Count == 0 ? TypedResults.NotFound() : RunDownloads.File(known, read, name);
    }

    private static JsonHttpResult<DocumentRefusal> Refused(DocumentRefusal refusal) => TypedResults.Json(refusal, statusCode: refusal.Status);
}
