using System.Security.Cryptography;
using System.Text.Json;
using HunyuanOcr.Inference;
using HunyuanOcr.Web.Documents.Pdf;
using HunyuanOcr.Web.Hosting;

namespace HunyuanOcr.Web.Documents;

/// <summary>Documents on disk: the bytes once under their hash, a small record for each time somebody brought them. No name that a user gave is ever a path.</summary>
internal sealed class DocumentStore
{
    /// <summary>Longer names are cut for showing.</summary>
    private const int LongestName = 120;

    /// <summary>Longest side of a rendition: more than any window shows at once, still sharp when enlarged.</summary>
    private const int ShownSide = 3000;

    /// <summary>Longest side of a thumbnail, on screens with two pixels a point.</summary>
    private const int ThumbnailSide = 200;

    /// <summary>One side may be this many times the other; the model takes no longer pictures.</summary>
    private const int LongestRatio = 200;

    private readonly string _content;
    private readonly string _records;
    private readonly string _renditions;
    private readonly string _thumbnails;
    private readonly string _incoming;
    private readonly IPictureFile _pictures;
    private readonly PdfPageFiles _pages;
    private readonly StudioOptions _options;

    public DocumentStore(StudioOptions options, IPictureFile pictures, PdfPageFiles pages)
    {
        _options = options;
        _pictures = pictures;
        _pages = pages;
        _content = Path.Combine(options.Storage.DocumentFolder, "content");
        _records = Path.Combine(options.Storage.DocumentFolder, "documents");
        _renditions = Path.Combine(options.Storage.DocumentFolder, "renditions");
        _thumbnails = Path.Combine(options.Storage.DocumentFolder, "thumbnails");
        _incoming = Path.Combine(options.Storage.DocumentFolder, "incoming");
        foreach (string folder in (ReadOnlySpan<string>)[_content, _records, _renditions, _thumbnails, _incoming])
            Directory.CreateDirectory(folder);
    }

    /// <summary>Takes a picture: counts and hashes it on its way to disk, looks at type and size, and only then gives it a name.</summary>
    /// <exception cref="DocumentRefusedException">It is not taken; nothing of it is kept.</exception>
    internal Task<StoredDocument> SaveAsync(string owner, string name, Stream body, CancellationToken cancellationToken) =>
        ReceiveAsync(name, body, null, file => SavePictureAsync(owner, file, cancellationToken), cancellationToken);

    /// <summary>Takes a picture, a PDF, or the files of a ZIP, by what the file is and not by what it is called. A ZIP itself is not kept.</summary>
    /// <param name="owner">Who brought it.</param>
    /// <param name="name">What its owner calls it.</param>
    /// <param name="body">Its bytes.</param>
    /// <param name="pdfs">Looks into PDFs.</param>
    /// <param name="cancellationToken">Ends the taking.</param>
    /// <param name="archives">How large a ZIP may be; null is as large as any other file, with <see cref="PictureArchive.MostFiles"/>.</param>
    /// <exception cref="DocumentRefusedException">It is not taken; nothing of it is kept.</exception>
    internal Task<(IReadOnlyList<StoredDocument> Taken, IReadOnlyList<DocumentRefusal> Refused)> TakeAsync(string owner, string name, Stream body, PdfRenderer pdfs, CancellationToken cancellationToken, ArchiveLimits? archives = null) =>
        ReceiveAsync<(IReadOnlyList<StoredDocument>, IReadOnlyList<DocumentRefusal>)>(name, body, archives, async file =>
        {
            switch (file.Kind)
            {
                case "pdf":
                    return ([await SavePdfAsync(owner, file, pdfs, cancellationToken)], []);
                case "zip":
                    await using (FileStream archive = File.OpenRead(file.Path))
                        return await PictureArchive.TakeAsync(this, owner, file.Name, archive, pdfs, archives?.MostFiles ?? PictureArchive.MostFiles, cancellationToken);
                default:
                    return ([await SavePictureAsync(owner, file, cancellationToken)], []);
            }
        }, cancellationToken);

    /// <summary>Takes a picture or a PDF out of an archive. An archive in it is refused whatever it is called: it could go on for ever.</summary>
    /// <exception cref="DocumentRefusedException">It is not taken; nothing of it is kept.</exception>
    internal Task<StoredDocument> TakeEntryAsync(string owner, string name, Stream body, PdfRenderer pdfs, CancellationToken cancellationToken) =>
        ReceiveAsync(name, body, null, file => file.Kind == "pdf" ? SavePdfAsync(owner, file, pdfs, cancellationToken) : SavePictureAsync(owner, file, cancellationToken), cancellationToken);

    /// <summary>Where the bytes of a document lie.</summary>
    internal string PathOf(StoredDocument document) => ContentPath(document.Content);

    /// <summary>A document of this owner; null where there is none, or it is another's.</summary>
    internal StoredDocument? Find(string id, string? owner)
    {
        if (owner is null || !IsId(id))
            return null;
        return Record(RecordPath(id)) is { } document && CryptographicOperations.FixedTimeEquals(Bytes(document.Owner), Bytes(owner)) ? document : null;

        static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);
    }

    /// <summary>The file as it came.</summary>
    internal async Task<OcrPicture> ReadAsync(StoredDocument document, CancellationToken cancellationToken) =>
        new(await File.ReadAllBytesAsync(ContentPath(document.Content), cancellationToken), document.Name);

    /// <summary>Path and media type of what a browser can draw: the file itself, or a PNG of it that is made on first use.</summary>
    internal async Task<(string Path, string Type)> ShownAsync(StoredDocument document, CancellationToken cancellationToken)
    {
        if (FileKind.IsShownByBrowsers(document.Type))
            return (ContentPath(document.Content), document.Type);
        return (await RenditionAsync(document, Path.Combine(_renditions, document.Content + ".png"), ShownSide, cancellationToken), "image/png");
    }

    /// <summary>Path of a small PNG of it, made on first use.</summary>
    internal Task<string> ThumbnailAsync(StoredDocument document, CancellationToken cancellationToken) =>
        RenditionAsync(document, Path.Combine(_thumbnails, document.Content + ".png"), ThumbnailSide, cancellationToken);

    private async Task<string> RenditionAsync(StoredDocument document, string path, int longestSide, CancellationToken cancellationToken)
    {
        if (File.Exists(path))
            return path;
        OcrPicture picture = await ReadAsync(document, cancellationToken);
        string incoming = Path.Combine(_incoming, Guid.NewGuid().ToString("N"));
        await File.WriteAllBytesAsync(incoming, await Task.Run(() => _pictures.ToPng(picture, longestSide, cancellationToken), cancellationToken), cancellationToken);
        Place(incoming, path);
        return path;
    }

    /// <summary>Forgets a document; its bytes go with the next sweep, unless another names them.</summary>
    internal void Remove(string id)
    {
        if (IsId(id))
            File.Delete(RecordPath(id));
    }

    /// <summary>Removes what is older than the retention allows, and files that no record names any more.</summary>
    /// <returns>Documents removed.</returns>
    /// <param name="before">Older records go.</param>
    /// <param name="pinned">Ids that stay whatever their age.</param>
    internal int Sweep(DateTimeOffset before, CancellationToken cancellationToken, IReadOnlySet<string>? pinned = null)
    {
        int removed = 0;
        HashSet<string> kept = [];
        foreach (string record in Directory.EnumerateFiles(_records, "*.json"))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (File.GetLastWriteTimeUtc(record) < before.UtcDateTime && pinned?.Contains(Path.GetFileNameWithoutExtension(record)) != true)
            {
                File.Delete(record);
                removed++;
            }
            else if (Record(record) is { } document)
            {
                kept.Add(document.Content);
            }
        }
        // A file placed a moment ago may still be waiting for its record.
        DateTime settled = DateTime.UtcNow.AddHours(-1);
        foreach (string folder in (ReadOnlySpan<string>)[_content, _renditions, _thumbnails, _incoming])
            foreach (string file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
                if (!kept.Contains(Path.GetFileNameWithoutExtension(file)) && File.GetLastWriteTimeUtc(file) < settled)
                    File.Delete(file);
        _pages.Sweep(kept, settled);
        return removed;
    }

    private async Task<T> ReceiveAsync<T>(string name, Stream body, ArchiveLimits? archives, Func<IncomingFile, Task<T>> keep, CancellationToken cancellationToken)
    {
        name = NameForShowing(name);
        try
        {
            using IncomingFile file = await IncomingFile.ReceiveAsync(_incoming, name, body, _options.Limits.MaxUploadBytes, archives, cancellationToken);
            return await keep(file);
        }
        catch (IOException e) when (e is not FileNotFoundException && FullDisk.Is(e))
        {
            throw new DocumentRefusedException(new(RefusalCode.DiskFull, name, 0, Detail: e.Message), e);
        }
    }

    private async Task<StoredDocument> SavePictureAsync(string owner, IncomingFile file, CancellationToken cancellationToken)
    {
        if (!file.Kind.StartsWith("image/", StringComparison.Ordinal))
            throw new DocumentRefusedException(new(RefusalCode.NotAPicture, file.Name, file.Bytes, Kind: file.Kind));
        OcrPicture picture = new(await File.ReadAllBytesAsync(file.Path, cancellationToken), file.Name);
        (int width, int height) = CheckSize(picture, file.Name, file.Bytes);
        return await KeepAsync(owner, file, file.Kind, width, height, 1, cancellationToken);
    }

    private async Task<StoredDocument> SavePdfAsync(string owner, IncomingFile file, PdfRenderer pdfs, CancellationToken cancellationToken)
    {
        PdfFile pdf = await pdfs.OpenAsync(file.Path, file.Name, cancellationToken);
        return await KeepAsync(owner, file, "application/pdf", 0, 0, pdf.PageCount, cancellationToken);
    }

    private async Task<StoredDocument> KeepAsync(string owner, IncomingFile file, string type, int width, int height, int pages, CancellationToken cancellationToken)
    {
        Place(file.Path, ContentPath(file.Hash));
        StoredDocument document = new(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), owner, file.Name, file.Hash, type, file.Bytes, width, height, DateTimeOffset.UtcNow, pages);
        await WriteRecordAsync(document, cancellationToken);
        return document;
    }

    internal (int Width, int Height) CheckSize(OcrPicture picture, string name, long bytes)
    {
        try
        {
            (int width, int height) = _pictures.ReadSize(picture);
            if ((long)width * height > _options.Engine.MaxPixels)
                throw new DocumentRefusedException(new(RefusalCode.TooManyPixels, name, bytes, Found: (long)width * height, Limit: _options.Engine.MaxPixels));
            if (Math.Max(width, height) > LongestRatio * Math.Min(width, height))
                throw new DocumentRefusedException(new(RefusalCode.AspectRatio, name, bytes, Found: Math.Max(width, height) / Math.Min(width, height), Limit: LongestRatio));
            return (width, height);
        }
        catch (OcrPictureException e)
        {
            throw new DocumentRefusedException(PictureFaults.Refusal(e, name, bytes, _options.Engine.MaxPixels), e);
        }
    }

    /// <summary>A record as it lies on disk; null where it is gone or damaged.</summary>
    private static StoredDocument? Record(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<StoredDocument>(File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    private async Task WriteRecordAsync(StoredDocument document, CancellationToken cancellationToken)
    {
        string incoming = Path.Combine(_incoming, Guid.NewGuid().ToString("N"));
        await File.WriteAllBytesAsync(incoming, JsonSerializer.SerializeToUtf8Bytes(document), cancellationToken);
        Place(incoming, RecordPath(document.Id));
    }

    /// <summary>A rename within one folder tree: a file is there whole or not at all.</summary>
    private static void Place(string incoming, string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.Move(incoming, path, overwrite: true);
    }

    private static bool IsId(string id) => id.Length == 32 && id.All(char.IsAsciiHexDigitLower);

    private string ContentPath(string hash) => Path.Combine(_content, hash[..2], hash);

    private string RecordPath(string id) => Path.Combine(_records, id + ".json");

    /// <summary>The last part of what the browser said, without control characters, short enough to show.</summary>
    internal static string NameForShowing(string name)
    {
        int slash = name.AsSpan().LastIndexOfAny('/', '\\');
        string clean = string.Concat(name[(slash + 1)..].Where(letter => !char.IsControl(letter))).Trim();
        return clean.Length == 0 ? "picture" : clean.Length > LongestName ? clean[..LongestName] : clean;
    }
}
