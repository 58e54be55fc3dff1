using HunyuanOcr.Web.Documents.Pdf;

namespace HunyuanOcr.Web.Tests.Documents.Pdf;

public sealed class PdfInfoTests
{
    [Fact]
    public void A_turned_page_is_as_wide_as_it_is_seen()
    {
        PdfInfo? info = PdfInfo.Parse("Pages:           3\nPage    1 size:  595.276 x 841.89 pts (A4)\nPage    1 rot:   0\nPage    2 size:  595 x 842 pts (A4)\nPage    2 rot:   90\n", 200);
        Assert.Equal([new(1, 595.276, 841.89), new(2, 842, 595), new(3, 0, 0)], info!.Pages);
    }

    [Fact]
    public void Pages_beyond_those_asked_for_are_counted_only()
    {
        PdfInfo? info = PdfInfo.Parse("Pages: 10000\nPage 1 size: 10 x 10 pts\n", 1);
        Assert.Equal(10_000, info!.PageCount);
        Assert.Single(info.Pages);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Title: Pages: 3")]
    [InlineData("Pages: 99999999999999")]
    public void Output_without_a_count_is_no_information(string output) => Assert.Null(PdfInfo.Parse(output, 200));

    [Theory]
    [InlineData(595, 842, true)]
    [InlineData(14_400, 14_400, true)]
    [InlineData(14_401, 842, false)]
    [InlineData(1_000_000, 1_000_000, false)]
    [InlineData(2000, 9, false)]
    [InlineData(0, 0, false)]
    public void Only_pages_of_sane_size_are_drawn(double width, double height, bool renderable) => Assert.Equal(renderable, new PdfPage(1, width, height).IsRenderable);
}
