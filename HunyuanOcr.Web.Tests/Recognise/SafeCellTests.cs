using HunyuanOcr.Web.Recognise;

namespace HunyuanOcr.Web.Tests.Recognise;

public sealed class SafeCellTests
{
    [Theory]
    [InlineData("=1+1")]
    [InlineData("+49 30 1234")]
    [InlineData("-256.44")]
    [InlineData("@SUM(A1)")]
    [InlineData("\t=1+1")]
    [InlineData("\r=1+1")]
    [InlineData("  =HYPERLINK(\"http://x\")")]
    [InlineData("＝1+1")]
    public void What_a_spreadsheet_would_compute_begins_with_an_apostrophe(string text) => Assert.Equal("'" + text, SafeCell.Of(text));

    [Theory]
    [InlineData("8,477.96")]
    [InlineData("a=b")]
    [InlineData("珠海兰亭光学有限公司")]
    [InlineData("")]
    public void Other_text_stays_as_it_is(string text) => Assert.Equal(text, SafeCell.Of(text));

    [Fact]
    public void What_a_workbook_cannot_hold_falls_out()
    {
        Assert.Equal("ab", SafeCell.Of("a\u0000\u001Fb"));
        Assert.Equal("a😀b", SafeCell.Of("a😀\uD800b"));
        Assert.Equal(32_767, SafeCell.Of(new string('x', 40_000)).Length);
    }
}
