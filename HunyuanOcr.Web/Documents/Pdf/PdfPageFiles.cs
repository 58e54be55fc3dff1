using System.Collections.Concurrent;
using System.Globalization;
using HunyuanOcr.Web.Hosting;

namespace HunyuanOcr.Web.Documents.Pdf;

/// <summary>Rendered pages on disk, for pages that show and read them again and again: each drawn once, there whole or not at all.</summary>
internal sealed class PdfPageFiles
{
    /// <summary>Pixels of a thumbnail: 160 by 226 of an A4 page on a screen of double density.</summary>
    internal const long ThumbnailPixels = 320 * 452;

    private readonly string _folder;
    private readonly string _incoming;
    private readonly PdfRenderer _renderer;
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _underWay = new();

    public PdfPageFiles(PdfRenderer renderer, StudioOptions options)
    {
        _renderer = renderer;
        _folder = Path.Combine(options.Storage.DocumentFolder, "pages");
        _incoming = Path.Combine(options.Storage.DocumentFolder, "incoming");
        Directory.CreateDirectory(_folder);
        Directory.CreateDirectory(_incoming);
    }

    /// <summary>Path of a page as PNG; drawn on first use.</summary>
    /// <param name="content">The document's hash: the page files' name on disk.</param>
    /// <param name="pixels">Most pixels: what the loaded model looks at (its description says), or <see cref="ThumbnailPixels"/>.</param>
    /// <exception cref="DocumentRefusedException">This page cannot be drawn.</exception>
    internal async Task<string> PathAsync(string content, PdfFile file, int number, long pixels, CancellationToken cancellationToken)
    {
        string path = Path.Combine(FolderOf(content), string.Create(CultureInfo.InvariantCulture, $"{number:0000}-{pixels}.png"));
        if (File.Exists(path))
            return path;
        SemaphoreSlim gate = _underWay.GetOrAdd(path, static _ => new(1));
        await gate.WaitAsync(cancellationToken);
        try
        {
            if (!File.Exists(path))
                await WriteAsync(path, await _renderer.RenderPageAsync(file, number, pixels, cancellationToken), cancellationToken);
            return path;
        }
        finally
        {
            _underWay.TryRemove(path, out _);
            gate.Release();
        }
    }

    /// <summary>Removes the pages of documents that are kept no more.</summary>
    internal void Sweep(IReadOnlySet<string> kept, DateTime settled)
    {
        foreach (string folder in Directory.EnumerateDirectories(_folder))
            if (!kept.Contains(Path.GetFileName(folder)) && Directory.GetLastWriteTimeUtc(folder) < settled)
                Directory.Delete(folder, recursive: true);
    }

    private async Task WriteAsync(string path, PdfPageImage image, CancellationToken cancellationToken)
    {
        string incoming = Path.Combine(_incoming, Guid.NewGuid().ToString("N"));
        try
        {
            await File.WriteAllBytesAsync(incoming, image.Png, cancellationToken);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Move(incoming, path, overwrite: true);
        }
        finally
        {
            File.Delete(incoming);
        }
    }

    private string FolderOf(string content)
    {
        if (content.Length != 64 || !content.All(char.IsAsciiHexDigitLower))
            throw new ArgumentException("A document's hash is 64 lower-case hexadecimal digits.", nameof(content));
        return Path.Combine(_folder, content);
    }
}
