using HunyuanOcr.Web.Documents;
using HunyuanOcr.Web.Documents.Pdf;
using Microsoft.Extensions.Logging.Abstractions;

namespace HunyuanOcr.Web.Tests.Documents.Pdf;

/// <summary>The real poppler; where it is not installed these tests are skipped and say so.</summary>
public sealed class PdfRendererTests : IDisposable
{
    private static readonly PdfLimits _limits = new(200, 50_000_000, 1024L * 1024 * 1024, TimeSpan.FromSeconds(20));

    private readonly string _folder = Directory.CreateTempSubdirectory("hunyuanocr-pdf-").FullName;
    private readonly PopplerTools _tools = PopplerTools.OfMachine();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [SkippableFact]
    public async Task Pages_are_counted_and_drawn_within_the_budget()
    {
        using PdfRenderer renderer = Renderer();
        PdfFile file = await OpenAsync(renderer, TestPdfs.Pages(3));
        Assert.Equal(3, file.PageCount);
        Assert.False(file.Repaired);
        PdfPageImage page = await renderer.RenderPageAsync(file, 2, 589_824, default);
        Assert.InRange((long)page.Width * page.Height, 575_000, 589_824);
        Assert.False(page.Faulty);
        Assert.InRange(page.DotsPerInch, 70, 80);
    }

    [SkippableFact]
    public async Task A_turned_page_is_drawn_as_it_is_seen()
    {
        using PdfRenderer renderer = Renderer();
        PdfPageImage page = await renderer.RenderPageAsync(await OpenAsync(renderer, TestPdfs.Pages(1, page: "/Rotate 90")), 1, 589_824, default);
        Assert.True(page.Width > page.Height);
    }

    [SkippableFact]
    public async Task Only_the_crop_box_is_drawn()
    {
        using PdfRenderer renderer = Renderer();
        PdfFile file = await OpenAsync(renderer, TestPdfs.Pages(1, page: "/CropBox[0 0 300 100]"));
        Assert.Equal(new PdfPage(1, 300, 100), file.Pages[0]);
        PdfPageImage page = await renderer.RenderPageAsync(file, 1, 30_000, default);
        Assert.InRange((double)page.Width / page.Height, 2.9, 3.1);
    }

    [SkippableTheory]
    [InlineData("encrypted", RefusalCode.PdfEncrypted)]
    [InlineData("no pages", RefusalCode.PdfNoPages)]
    [InlineData("10,000 pages", RefusalCode.PdfTooManyPages)]
    [InlineData("giant box", RefusalCode.PdfPageSize)]
    [InlineData("thread", RefusalCode.PdfPageSize)]
    [InlineData("half", RefusalCode.PdfDamaged)]
    [InlineData("head", RefusalCode.PdfDamaged)]
    [InlineData("garbage", RefusalCode.PdfDamaged)]
    [InlineData("lying count", RefusalCode.PdfDamaged)]
    public async Task A_bad_PDF_is_refused_before_anything_is_drawn(string kind, string code)
    {
        using PdfRenderer renderer = Renderer();
        DocumentRefusedException refused = await Assert.ThrowsAsync<DocumentRefusedException>(() => OpenAsync(renderer, Bad(kind)));
        Assert.Equal(code, refused.Refusal.Code);
        Assert.Equal(0, _tools.Running);
    }

    [SkippableFact]
    public async Task Ten_thousand_pages_are_refused_with_both_numbers()
    {
        using PdfRenderer renderer = Renderer();
        DocumentRefusal refusal = (await Assert.ThrowsAsync<DocumentRefusedException>(() => OpenAsync(renderer, Bad("10,000 pages")))).Refusal;
        Assert.Equal((10_000, 200), (refusal.Found, refusal.Limit));
    }

    [SkippableFact]
    public async Task A_giant_page_costs_that_page_and_no_other()
    {
        using PdfRenderer renderer = Renderer();
        PdfFile file = await OpenAsync(renderer, TestPdfs.Boxes("0 0 595 842", "0 0 1000000 1000000"));
        Assert.Equal(2, (await Assert.ThrowsAsync<DocumentRefusedException>(() => renderer.RenderPageAsync(file, 2, 589_824, default))).Refusal.Page);
        Assert.NotEmpty((await renderer.RenderPageAsync(file, 1, 589_824, default)).Png);
    }

    [SkippableFact]
    public async Task Scripts_and_addresses_in_a_PDF_do_nothing()
    {
        using PdfRenderer renderer = Renderer();
        PdfPageImage scripted = await renderer.RenderPageAsync(await OpenAsync(renderer, TestPdfs.JavaScript()), 1, 100_000, default);
        PdfPageImage plain = await renderer.RenderPageAsync(await OpenAsync(renderer, TestPdfs.Pages(1)), 1, 100_000, default);
        Assert.Equal(plain.Png, scripted.Png);
    }

    [SkippableFact]
    public async Task A_page_that_takes_too_long_is_ended_with_its_process()
    {
        using PdfRenderer renderer = Renderer(_limits with { Time = TimeSpan.FromSeconds(1) });
        PdfFile file = await OpenAsync(renderer, TestPdfs.Slow());
        DocumentRefusedException refused = await Assert.ThrowsAsync<DocumentRefusedException>(() => renderer.RenderPageAsync(file, 1, 4_194_304, default));
        Assert.Equal((RefusalCode.PdfTooSlow, 1), (refused.Refusal.Code, refused.Refusal.Page));
        Assert.Equal(0, _tools.Running);
        Assert.Equal(0, ProcessesOn(file.Path));
    }

    [SkippableFact]
    public async Task A_cancelled_page_ends_its_process_at_once()
    {
        using PdfRenderer renderer = Renderer();
        PdfFile file = await OpenAsync(renderer, TestPdfs.Slow());
        using CancellationTokenSource cancel = new();
        Task<PdfPageImage> page = renderer.RenderPageAsync(file, 1, 4_194_304, cancel.Token);
        while (ProcessesOn(file.Path) == 0 && !page.IsCompleted)
            await Task.Delay(10);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => page);
        Assert.Equal(0, ProcessesOn(file.Path));
        Assert.Equal(0, _tools.Running);
    }

    [SkippableFact]
    public async Task A_page_that_needs_too_much_memory_is_refused()
    {
        using PdfRenderer renderer = Renderer(_limits with { MemoryBytes = 48L * 1024 * 1024 });
        PdfFile file = await OpenAsync(renderer, TestPdfs.Pages(1));
        DocumentRefusedException refused = await Assert.ThrowsAsync<DocumentRefusedException>(() => renderer.RenderPageAsync(file, 1, 50_000_000, default));
        Assert.Equal((RefusalCode.PdfTooHeavy, 48L * 1024 * 1024), (refused.Refusal.Code, refused.Refusal.Limit));
    }

    [SkippableFact]
    public async Task A_picture_that_promises_gigapixels_stays_within_the_memory_limit()
    {
        using PdfRenderer renderer = Renderer();
        PdfFile file = await OpenAsync(renderer, TestPdfs.Heavy());
        try
        {
            Assert.True((await renderer.RenderPageAsync(file, 1, 589_824, default)).Faulty);
        }
        catch (DocumentRefusedException e)
        {
            Assert.Contains(e.Refusal.Code, (string[])[RefusalCode.PdfTooHeavy, RefusalCode.PdfTooSlow]);
        }
        Assert.Equal(0, _tools.Running);
    }

    [Fact]
    public async Task Without_poppler_the_refusal_names_the_package()
    {
        using PdfRenderer renderer = new(new PopplerTools(_folder), _limits, NullLogger<PdfRenderer>.Instance);
        DocumentRefusal refusal = (await Assert.ThrowsAsync<DocumentRefusedException>(() => renderer.OpenAsync(Write(TestPdfs.Pages(1)), "a.pdf", default))).Refusal;
        Assert.Equal(RefusalCode.PdfUnavailable, refusal.Code);
        Assert.Contains("pdftoppm (package poppler-utils)", refusal.Detail, StringComparison.Ordinal);
    }

    internal static byte[] Bad(string kind)
    {
        byte[] two = TestPdfs.Pages(2);
        return kind switch
        {
            "encrypted" => TestPdfs.Encrypted(),
            "no pages" => TestPdfs.Pages(0),
            "10,000 pages" => TestPdfs.Pages(10_000),
            "giant box" => TestPdfs.Pages(1, "0 0 1000000 1000000"),
            "thread" => TestPdfs.Pages(1, "0 0 10000 2"),
            "half" => two[..(two.Length / 2)],
            "head" => two[..40],
            "garbage" => [.. "%PDF-1.7\n"u8, .. Enumerable.Repeat((byte)'x', 500)],
            _ => System.Text.Encoding.Latin1.GetBytes(System.Text.Encoding.Latin1.GetString(two).Replace("/Count 2", "/Count 9", StringComparison.Ordinal)),
        };
    }

    private PdfRenderer Renderer(PdfLimits? limits = null)
    {
        Skip.If(_tools.Missing.Count > 0, $"Missing on this machine: {string.Join(", ", _tools.Missing)}.");
        return new(_tools, limits ?? _limits, NullLogger<PdfRenderer>.Instance);
    }

    private Task<PdfFile> OpenAsync(PdfRenderer renderer, byte[] pdf) => renderer.OpenAsync(Write(pdf), "report.pdf", default);

    private string Write(byte[] pdf)
    {
        string path = Path.Combine(_folder, Guid.NewGuid().ToString("N"));
        File.WriteAllBytes(path, pdf);
        return path;
    }

    /// <summary>Processes with this file on their command line.</summary>
    private static int ProcessesOn(string path) => Directory.EnumerateDirectories("/proc").Count(folder =>
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, "cmdline")).Contains(path, StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    });
}
