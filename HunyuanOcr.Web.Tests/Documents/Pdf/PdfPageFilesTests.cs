using HunyuanOcr.Web.Documents.Pdf;
using Microsoft.Extensions.DependencyInjection;

namespace HunyuanOcr.Web.Tests.Documents.Pdf;

public sealed class PdfPageFilesTests
{
    private static readonly string _content = new('a', 64);

    [SkippableFact]
    public async Task A_page_is_drawn_once_and_lies_whole_on_disk()
    {
        using TestApp app = new();
        (PdfPageFiles pages, PdfFile file) = await OpenAsync(app);
        string[] paths = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => pages.PathAsync(_content, file, 1, 50_000, default)));
        Assert.Single(paths.Distinct());
        DateTime written = File.GetLastWriteTimeUtc(paths[0]);
        Assert.Equal(paths[0], await pages.PathAsync(_content, file, 1, 50_000, default));
        Assert.Equal(written, File.GetLastWriteTimeUtc(paths[0]));
        Assert.NotEqual(paths[0], await pages.PathAsync(_content, file, 1, PdfPageFiles.ThumbnailPixels, default));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(app.Folder, "data", "incoming")));
    }

    [SkippableFact]
    public async Task Pages_go_with_their_document()
    {
        using TestApp app = new();
        (PdfPageFiles pages, PdfFile file) = await OpenAsync(app);
        string path = await pages.PathAsync(_content, file, 1, 50_000, default);
        pages.Sweep(new HashSet<string> { _content }, DateTime.UtcNow.AddHours(1));
        Assert.True(File.Exists(path));
        pages.Sweep(new HashSet<string>(), DateTime.UtcNow.AddHours(-1));
        Assert.True(File.Exists(path));
        pages.Sweep(new HashSet<string>(), DateTime.UtcNow.AddHours(1));
        Assert.False(File.Exists(path));
    }

    [SkippableFact]
    public async Task A_hash_that_is_none_never_becomes_a_path()
    {
        using TestApp app = new();
        (PdfPageFiles pages, PdfFile file) = await OpenAsync(app);
        await Assert.ThrowsAsync<ArgumentException>(() => pages.PathAsync("../../etc", file, 1, 50_000, default));
    }

    private static async Task<(PdfPageFiles Pages, PdfFile File)> OpenAsync(TestApp app)
    {
        Skip.If(app.Services.GetRequiredService<PopplerTools>().Missing.Count > 0, "poppler-utils is not installed.");
        string path = Path.Combine(app.Folder, "two.pdf");
        await File.WriteAllBytesAsync(path, TestPdfs.Pages(2));
        return (app.Services.GetRequiredService<PdfPageFiles>(), await app.Services.GetRequiredService<PdfRenderer>().OpenAsync(path, "two.pdf", default));
    }
}
