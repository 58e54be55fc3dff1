using System.Diagnostics;
using HunyuanOcr.Inference;
using HunyuanOcr.Web.Documents;
using HunyuanOcr.Web.Documents.Pdf;
using HunyuanOcr.Web.Hosting;

namespace HunyuanOcr.Web.Api.Ocr;

/// <summary>A page as the model gets it.</summary>
/// <param name="Picture">The upload itself, or a PDF's page as PNG.</param>
/// <param name="Width">Pixels across, upright.</param>
/// <param name="Height">Pixels down.</param>
/// <param name="Dpi">Resolution of a PDF's page.</param>
/// <param name="Rendering">Time that drawing it took.</param>
/// <param name="Warnings">What a reader of the answer should know of it.</param>
internal sealed record OcrDocumentPage(OcrPicture Picture, int Width, int Height, double? Dpi, TimeSpan? Rendering, IReadOnlyList<OcrWarningAnswer> Warnings);

/// <summary>The file of a call, looked into: how many pages, and each as a picture when its turn comes.</summary>
internal sealed class OcrDocument
{
    private readonly Func<int, long, CancellationToken, Task<OcrDocumentPage>> _page;

    private OcrDocument(OcrUpload upload, int pages, Func<int, long, CancellationToken, Task<OcrDocumentPage>> page)
    {
        File = new() { Name = upload.Name, Type = upload.Type, Bytes = upload.Bytes, Pages = pages };
        _page = page;
    }

    internal OcrFileAnswer File { get; }

    /// <param name="pixels">Pixels that the model looks at.</param>
    /// <exception cref="DocumentRefusedException">This page cannot be drawn.</exception>
    internal Task<OcrDocumentPage> PageAsync(int number, long pixels, CancellationToken cancellationToken) => _page(number, pixels, cancellationToken);

    /// <summary>Looks into an upload; nothing is decoded or drawn yet.</summary>
    /// <exception cref="DocumentRefusedException">The file is refused.</exception>
    internal static async Task<OcrDocument> OpenAsync(OcrUpload upload, DocumentStore store, PdfRenderer renderer, StudioOptions options, CancellationToken cancellationToken)
    {
        if (upload.Type == OcrUpload.Pdf)
        {
            PdfFile file = await renderer.OpenAsync(upload.Path, upload.Name, cancellationToken);
            return new(upload, file.PageCount, (number, pixels, cancel) => DrawAsync(renderer, file, number, pixels, cancel));
        }
        OcrPicture picture = new(await System.IO.File.ReadAllBytesAsync(upload.Path, cancellationToken), upload.Name);
        (int width, int height) = store.CheckSize(picture, upload.Name, upload.Bytes);
        int frames = OcrPictureHeader.Read(picture, options.Engine).Pages;
        OcrWarningAnswer[] warnings = frames > 1 ? [new() { Code = "first_frame_only", Message = $"The picture has {frames} pages or frames; only the first was read." }] : [];
        return new(upload, 1, (_, _, _) => Task.FromResult(new OcrDocumentPage(picture, width, height, null, null, warnings)));
    }

    private static async Task<OcrDocumentPage> DrawAsync(PdfRenderer renderer, PdfFile file, int number, long pixels, CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        PdfPageImage page = await renderer.RenderPageAsync(file, number, pixels, cancellationToken);
        List<OcrWarningAnswer> warnings = [];
        if (file.Repaired)
            warnings.Add(new() { Code = "pdf_repaired", Message = "The PDF is damaged and its structure had to be guessed; pages may be missing or wrong." });
        if (page.Faulty)
            warnings.Add(new() { Code = "page_incomplete", Message = "Parts of this page could not be drawn." });
        return new(new(page.Png, $"{file.Name}, page {number}"), page.Width, page.Height, Math.Round(page.DotsPerInch, 3), Stopwatch.GetElapsedTime(started), warnings);
    }
}
