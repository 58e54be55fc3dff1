using HunyuanOcr.Web.Components.Recognise;

namespace HunyuanOcr.Web.Tests.Components;

public sealed class LineSearchTests
{
    [Theory]
    [InlineData("invoice", "3,4")]
    [InlineData("ＩＮＶＯＩＣＥ", "3,4")]
    [InlineData("ltd", "2")]
    [InlineData("兰亭", "1")]
    [InlineData("lt2024", "")]
    [InlineData("", "")]
    public void Words_are_found_whatever_their_case_and_width(string text, string lines) =>
        Assert.Equal(lines, string.Join(',', LineSearch.Find(text, [.. ScriptedAnswer.Invoice.Lines.Select(line => ScriptedAnswer.Line(line.Text, line.Box, line.Confidence, 0))])));
}
