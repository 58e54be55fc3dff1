using HunyuanOcr.Web.Documents.Pdf;

namespace HunyuanOcr.Web.Tests.Documents.Pdf;

public sealed class PageResolutionTests
{
    [Theory]
    [InlineData(595, 842, 4_194_304)]
    [InlineData(842, 595, 589_824)]
    [InlineData(14_400, 72, 589_824)]
    [InlineData(14_400, 14_400, 4_194_304)]
    public void A_page_fills_the_budget_and_stays_within_it(double width, double height, long pixels)
    {
        double resolution = PageResolution.Of(new(1, width, height), pixels);
        double drawn = Math.Ceiling(width * resolution / 72) * Math.Ceiling(height * resolution / 72);
        Assert.InRange(drawn, pixels * 0.98, pixels);
    }

    [Fact]
    public void A_small_page_is_rendered_no_finer_than_a_scan() => Assert.Equal(300, PageResolution.Of(new(1, 241, 153), 4_194_304));
}
