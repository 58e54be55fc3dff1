using HunyuanOcr.Web.Documents.Pdf;

namespace HunyuanOcr.Web.Documents;

/// <summary>The pages of documents that came together, in order: a picture is one page, a PDF has its own. A page of a PDF becomes a document of its own when it is drawn.</summary>
internal sealed class DocumentPages(DocumentStore store, PdfRenderer pdfs, IReadOnlyList<StoredDocument> documents, Func<long> pixels)
{
    private PdfFile? _open;

    /// <summary>Pages in all.</summary>
    internal int Count { get; } = documents.Sum(document => document.Pages);

    /// <summary>A page as a picture.</summary>
    /// <param name="number">From 1, over all documents.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="DocumentRefusedException">It cannot be drawn; others may.</exception>
    internal async Task<StoredDocument> DrawAsync(int number, CancellationToken cancellationToken)
    {
        int page = number;
        StoredDocument document = documents.First(document => (page -= document.Pages) <= 0);
        if (!document.IsPdf)
            return document;
        page += document.Pages;
        string path = store.PathOf(document);
        if (_open?.Path != path)
            _open = await pdfs.OpenAsync(path, document.Name, cancellationToken);
        PdfPageImage drawn = await pdfs.RenderPageAsync(_open, page, pixels(), cancellationToken);
        using MemoryStream png = new(drawn.Png, writable: false);
        return await store.SaveAsync(document.Owner, $"{document.Name} {page}", png, cancellationToken);
    }
}
