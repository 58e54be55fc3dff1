using HunyuanOcr.Web.Documents.Pdf;

namespace HunyuanOcr.Web.Tests.Documents.Pdf;

public sealed class PageRangesTests
{
    [Theory]
    [InlineData(null, new[] { 1, 2, 3, 4, 5, 6, 7, 8 })]
    [InlineData("  ", new[] { 1, 2, 3, 4, 5, 6, 7, 8 })]
    [InlineData("1-3,7", new[] { 1, 2, 3, 7 })]
    [InlineData("7, 1 - 3", new[] { 1, 2, 3, 7 })]
    [InlineData("2,2,1-2", new[] { 1, 2 })]
    [InlineData("6-", new[] { 6, 7, 8 })]
    [InlineData("8", new[] { 8 })]
    public void Pages_come_in_order_and_once(string? text, int[] expected)
    {
        Assert.Equal(expected, PageRanges.Parse(text, 8, out string? fault));
        Assert.Null(fault);
    }

    [Theory]
    [InlineData("0", "\"0\"")]
    [InlineData("9", "the document has 8")]
    [InlineData("1-9", "the document has 8")]
    [InlineData("3-1", "backwards")]
    [InlineData("a", "1-3,7")]
    [InlineData("1,,2", "1-3,7")]
    [InlineData("-3", "1-3,7")]
    [InlineData("1-2-3", "1-3,7")]
    [InlineData("1;2", "1-3,7")]
    [InlineData("99999999999999999999", "1-3,7")]
    [InlineData("1-2147483647", "the document has 8")]
    public void What_is_no_range_is_refused_with_its_reason(string text, string words)
    {
        Assert.Empty(PageRanges.Parse(text, 8, out string? fault));
        Assert.Contains(words, fault, StringComparison.Ordinal);
    }
}
