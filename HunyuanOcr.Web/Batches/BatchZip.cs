using System.Globalization;
using System.IO.Compression;
using System.Text;
using CsvHelper;
using HunyuanOcr.Web.Language;
using HunyuanOcr.Web.Persistence;
using HunyuanOcr.Web.Recognise;

namespace HunyuanOcr.Web.Batches;

/// <summary>A batch as a ZIP: text and Markdown of every file, and an index that says what became of each.</summary>
internal static class BatchZip
{
    internal static async Task WriteAsync(Stream output, Batch batch, BatchPages pages, Words words, CancellationToken cancellationToken)
    {
        using ZipArchive zip = new(output, ZipArchiveMode.Create, leaveOpen: true);
        List<string?[]> index = [];
        List<BatchPage> file = [];
        await foreach (BatchPage page in pages.OfAsync(batch, null, cancellationToken))
        {
            if (file.Count > 0 && file[0].Item.FileId != page.Item.FileId)
            {
                await AddAsync(zip, file, index, words, cancellationToken);
                file.Clear();
            }
            file.Add(page);
        }
        if (file.Count > 0)
            await AddAsync(zip, file, index, words, cancellationToken);
        WriteIndex(zip, index);
    }

    private static async Task AddAsync(ZipArchive zip, List<BatchPage> pages, List<string?[]> index, Words words, CancellationToken cancellationToken)
    {
        BatchItem first = pages[0].Item;
        List<RunPage> read = [.. pages.Where(page => page.View is not null).Select(page => new RunPage(page.Item.Page ?? 1, page.View!))];
        string? text = null, markdown = null;
        if (read.Count > 0)
        {
            string name = $"{(index.Count + 1).ToString("D4", CultureInfo.InvariantCulture)}-{BatchFormat.FileName(Path.GetFileNameWithoutExtension(first.FileName))}";
            text = $"text/{name}.txt";
            markdown = $"markdown/{name}.md";
            await WriteAsync(zip, text, RunText.Of(read), cancellationToken);
            await WriteAsync(zip, markdown, MarkdownSource.Of(read), cancellationToken);
        }
        string notes = string.Join(" · ", pages.Select(page => (page.Item.Page, Note: BatchFaultWords.Of(page.Item, words))).Where(page => page.Note is not null)
            .Select(page => page.Page is { } number ? words.Format("batch.at_page", number, page.Note!) : page.Note));
        index.Add([first.FileName, pages.Count.ToString(CultureInfo.InvariantCulture), read.Count.ToString(CultureInfo.InvariantCulture), pages.Sum(page => page.Item.Lines).ToString(CultureInfo.InvariantCulture), text, markdown, notes]);
    }

    private static async Task WriteAsync(ZipArchive zip, string name, string content, CancellationToken cancellationToken)
    {
        await using Stream entry = await zip.CreateEntry(name).OpenAsync(cancellationToken);
        await entry.WriteAsync(Encoding.UTF8.GetBytes(content), cancellationToken);
    }

    private static void WriteIndex(ZipArchive zip, IEnumerable<string?[]> rows)
    {
        using Stream entry = zip.CreateEntry("index.csv").Open();
        using CsvWriter csv = CsvWriter.Create(entry, CsvWriterOptions.Default with { WriteByteOrderMark = true, Injection = CsvInjection.None }, leaveOpen: true);
        csv.WriteHeader(["file", "pages", "read", "lines", "text", "markdown", "note"]);
        foreach (string?[] row in rows)
        {
            foreach (string? cell in row)
                csv.WriteField(SafeCell.Of(cell));
            csv.EndRecord();
        }
    }
}
