using System.Buffers;
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

    /// <summary>One side may be this many times the other; the model takes no longer pictures.</summary>
    private const int LongestRatio = 200;

    private readonly string _content;
    private readonly string _records;
    private readonly string _renditions;
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
        _incoming = Path.Combine(options.Storage.DocumentFolder, "incoming");
        foreach (string folder in (ReadOnlySpan<string>)[_content, _records, _renditions, _incoming])
            Directory.CreateDirectory(folder);
    }

    /// <summary>Takes a file: counts and hashes it on its way to disk, looks at type and size, and only then gives it a name.</summary>
    /// <exception cref="DocumentRefusedException">It is not taken; nothing of it is kept.</exception>
    internal async Task<StoredDocument> SaveAsync(string owner, string name, Stream body, CancellationToken cancellationToken)
    {
        name = NameForShowing(name);
        string incoming = Path.Combine(_incoming, Guid.NewGuid().ToString("N"));
        try
        {
            (string hash, long bytes, byte[] lead) = await ReceiveAsync(incoming, name, body, cancellationToken);
            string type = CheckType(name, bytes, lead);
            OcrPicture picture = new(await File.ReadAllBytesAsync(incoming, cancellationToken), name);
            (int width, int height) = CheckSize(picture, name, bytes);
            Place(incoming, ContentPath(hash));
            StoredDocument document = new(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), owner, name, hash, type, bytes, width, height, DateTimeOffset.UtcNow);
            await WriteRecordAsync(document, cancellationToken);
            return document;
        }
        catch (IOException e) when (e is not FileNotFoundException && IsDiskFull(e))
        {
            throw new DocumentRefusedException(new(RefusalCode.DiskFull, name, 0, Detail: e.Message), e);
        }
        finally
        {
            File.Delete(incoming);
        }
    }

    /// <summary>A document of this owner; null where there is none, or it is another's.</summary>
    internal StoredDocument? Find(string id, string? owner)
    {
        if (owner is null || id.Length != 32 || !id.All(char.IsAsciiHexDigitLower))
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
        string rendition = Path.Combine(_renditions, document.Content + ".png");
        if (!File.Exists(rendition))
        {
            OcrPicture picture = await ReadAsync(document, cancellationToken);
            string incoming = Path.Combine(_incoming, Guid.NewGuid().ToString("N"));
            await File.WriteAllBytesAsync(incoming, await Task.Run(() => _pictures.ToPng(picture, cancellationToken), cancellationToken), cancellationToken);
            Place(incoming, rendition);
        }
        return (rendition, "image/png");
    }

    /// <summary>Removes what is older than the retention allows, and files that no record names any more.</summary>
    /// <returns>Documents removed.</returns>
    internal int Sweep(DateTimeOffset before, CancellationToken cancellationToken)
    {
        int removed = 0;
        HashSet<string> kept = [];
        foreach (string record in Directory.EnumerateFiles(_records, "*.json"))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (File.GetLastWriteTimeUtc(record) < before.UtcDateTime)
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
        foreach (string folder in (ReadOnlySpan<string>)[_content, _renditions, _incoming])
            foreach (string file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
                if (!kept.Contains(Path.GetFileNameWithoutExtension(file)) && File.GetLastWriteTimeUtc(file) < settled)
                    File.Delete(file);
        _pages.Sweep(kept, settled);
        return removed;
    }

    private async Task<(string Hash, long Bytes, byte[] Lead)> ReceiveAsync(string incoming, string name, Stream body, CancellationToken cancellationToken)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(81_920);
        byte[] lead = new byte[FileKind.Lead];
        long bytes = 0;
        try
        {
            await using FileStream file = new(incoming, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.Asynchronous);
            for (int count; (count = await body.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                if (bytes < lead.Length)
                    buffer.AsSpan(0, (int)Math.Min(count, lead.Length - bytes)).CopyTo(lead.AsSpan((int)bytes));
                bytes += count;
                if (bytes > _options.Limits.MaxUploadBytes)
                    throw new DocumentRefusedException(new(RefusalCode.TooLarge, name, bytes, Limit: _options.Limits.MaxUploadBytes));
                hash.AppendData(buffer, 0, count);
                await file.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        return (Convert.ToHexStringLower(hash.GetHashAndReset()), bytes, lead[..(int)Math.Min(bytes, lead.Length)]);
    }

    private static string CheckType(string name, long bytes, byte[] lead)
    {
        if (bytes == 0)
            throw new DocumentRefusedException(new(RefusalCode.Empty, name, 0));
        string kind = FileKind.Of(lead);
        return kind.StartsWith("image/", StringComparison.Ordinal) ? kind : throw new DocumentRefusedException(new(RefusalCode.NotAPicture, name, bytes, Kind: kind));
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

    private string ContentPath(string hash) => Path.Combine(_content, hash[..2], hash);

    private string RecordPath(string id) => Path.Combine(_records, id + ".json");

    /// <summary>The last part of what the browser said, without control characters, short enough to show.</summary>
    internal static string NameForShowing(string name)
    {
        int slash = name.AsSpan().LastIndexOfAny('/', '\\');
        string clean = string.Concat(name[(slash + 1)..].Where(letter => !char.IsControl(letter))).Trim();
        return clean.Length == 0 ? "picture" : clean.Length > LongestName ? clean[..LongestName] : clean;
    }

    internal static bool IsDiskFull(IOException e) => (e.HResult & 0xFFFF) is 28 or 39 or 112 or 122;
}
