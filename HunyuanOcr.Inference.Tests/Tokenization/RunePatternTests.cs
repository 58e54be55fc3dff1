using HunyuanOcr.Inference.Tokenization;

namespace HunyuanOcr.Inference.Tests.Tokenization;

public sealed class RunePatternTests
{
    [Theory]
    [InlineData(@"\p{N}{1,3}", "12345", 3)]
    [InlineData(@"\p{L}+", "𝐀𝐁c1", 5)]
    [InlineData(@"\p{L}+", "1", -1)]
    [InlineData(@"\s+(?!\S)", "   a", 2)]
    [InlineData(@"\s+(?!\S)", "   ", 3)]
    [InlineData(@"\s+(?=a)|b", "   a", 3)]
    [InlineData(@"(?i:'s|'re)", "'S", 2)]
    [InlineData(@"(?i:'s)", "'ſ", 2)]
    [InlineData(@"x(?:ab|a)?b", "xab", 3)]
    [InlineData(@"[^\s\p{L}]+", "!?a", 2)]
    [InlineData(@"[一-龥]+", "中文a", 2)]
    [InlineData(@"[\]\-^]+", "^-]a", 3)]
    [InlineData(@"a{2}", "aaa", 2)]
    [InlineData(@"a{2,}", "aaa", 3)]
    [InlineData(@".", "\n", -1)]
    [InlineData(@"[^a]", "😀", 2)]
    [InlineData(@"\P{L}", "1", 1)]
    public void A_match_ends_where_the_expression_says(string expression, string text, int end) =>
        Assert.Equal(end, RunePattern.Parse(expression).MatchAt(text, 0));

    [Theory]
    [InlineData("a+?", "quantifier")]
    [InlineData("a++", "quantifier")]
    [InlineData("(a)+", "repeated group")]
    [InlineData("(?<=a)", "(?<")]
    [InlineData("[[:alpha:]]", "class inside a class")]
    [InlineData(@"\p{Han}", "Han")]
    [InlineData(@"\b", @"\b")]
    [InlineData("^a", "^")]
    [InlineData("(a", "without )")]
    [InlineData("[a", "without ]")]
    public void What_is_not_supported_is_named(string expression, string named) =>
        Assert.Contains(named, Assert.Throws<FormatException>(() => RunePattern.Parse(expression)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("(")]
    [InlineData("a")]
    public void What_would_take_the_stack_is_refused(string part) =>
        Assert.Contains("not supported", Assert.Throws<FormatException>(() => RunePattern.Parse(string.Concat(Enumerable.Repeat(part, 100_000)))).Message, StringComparison.Ordinal);
}
