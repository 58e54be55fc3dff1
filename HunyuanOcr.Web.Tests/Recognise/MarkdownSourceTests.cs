using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using HunyuanOcr.Web.Recognise;

namespace HunyuanOcr.Web.Tests.Recognise;

public sealed class MarkdownSourceTests
{
    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("<img src=x onerror=alert(1)>")]
    [InlineData("[click](javascript:alert(1))")]
    [InlineData("![x](http://elsewhere/pixel.png)")]
    [InlineData("<a href=\"javascript:alert(1)\">x</a>")]
    [InlineData("<javascript:alert(1)>")]
    [InlineData("[a]: javascript:alert(1)")]
    [InlineData("<table onmouseover=alert(1)>x")]
    [InlineData("<iframe src=http://elsewhere></iframe>")]
    [InlineData("<svg><style>@import 'http://x'</style></svg>")]
    [InlineData("<!-- hidden -->")]
    [InlineData("<td style=\"background:url(http://x)\">x")]
    [InlineData("<form action=/documents><input name=x></form>")]
    public void Tricks_are_shown_as_text(string trick)
    {
        IElement body = Rendered(MarkdownSource.OfAnswer(trick));
        Assert.Empty(body.QuerySelectorAll("script, img, a, iframe, svg, style, form, input, [onmouseover], [onerror], [style], [href], [src]"));
        // Everything that was read can be read: nothing is swallowed.
        foreach (string word in trick.Split(['<', '>', '"', ' ', '/', '!', '-', '[', ']', '(', ')'], StringSplitOptions.RemoveEmptyEntries))
            Assert.Contains(word, body.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Headings_lists_and_tables_of_both_kinds_are_drawn()
    {
        IElement body = Rendered(MarkdownSource.OfAnswer("# Title\n\n- one\n- two\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n<table><tr><td colspan=\"2\">wide</td></tr></table>"));
        Assert.Equal("Title", body.QuerySelector("h1")!.TextContent);
        Assert.Equal(2, body.QuerySelectorAll("li").Length);
        Assert.Equal(2, body.QuerySelectorAll("table").Length);
        Assert.Equal("2", body.QuerySelector("td[colspan]")!.GetAttribute("colspan"));
    }

    [Fact]
    public void Formulas_stand_as_their_latex_for_the_script_that_sets_them()
    {
        IElement body = Rendered(MarkdownSource.OfAnswer("Heat $\\frac{a}{b} < c$ flows.\n\n$$\nE = mc^2\n$$\n"));
        Assert.Contains(@"\frac{a}{b} \lt  c", body.QuerySelector("span.math")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("E = mc^2", body.QuerySelector("div.math")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void A_trick_inside_a_formula_stays_latex()
    {
        string source = MarkdownSource.OfAnswer("$[x](javascript:alert(1)) <script>alert(1)</script>$");
        Assert.DoesNotContain('<', source);
        Assert.DoesNotContain("[x](", source, StringComparison.Ordinal);
        Assert.Single(Rendered(source).QuerySelectorAll("p *"));
    }

    [Fact]
    public void A_fence_around_the_whole_answer_falls_off() => Assert.Equal("Title", Rendered(MarkdownSource.OfAnswer("```markdown\n# Title\n```")).QuerySelector("h1")!.TextContent);

    [Theory]
    [InlineData("# not a heading")]
    [InlineData("1. not a list")]
    [InlineData("* a * b * [c](d) _e_ ~~f~~ `g` $h$ | i |")]
    [InlineData("<script>alert(1)</script> & more")]
    [InlineData("---")]
    [InlineData("2 x 14 = 28")]
    [InlineData("http://elsewhere.example/ and www.elsewhere.example")]
    public void A_line_comes_back_from_markdown_as_it_was_read(string line)
    {
        IElement body = Rendered(MarkdownSource.Escaped(line));
        Assert.Equal(line, body.TextContent.Trim());
        Assert.Equal("P", Assert.Single(body.Children).TagName);
        Assert.Empty(body.QuerySelectorAll("p *"));
    }

    private static IElement Rendered(string source) => new HtmlParser().ParseDocument(MarkdownPage.Html(source)).Body!;
}
