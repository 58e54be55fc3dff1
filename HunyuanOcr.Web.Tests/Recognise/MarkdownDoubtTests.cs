using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using HunyuanOcr.Inference;
using HunyuanOcr.Web.Documents;
using HunyuanOcr.Web.Persistence;
using HunyuanOcr.Web.Recognise;

namespace HunyuanOcr.Web.Tests.Recognise;

public sealed class MarkdownDoubtTests
{
    [Fact]
    public void Doubtful_characters_of_a_document_are_marked_where_they_stand()
    {
        IElement body = Rendered("# Invoice\n\nNo. **LT-2024-0318**\n\n| a | b |\n|---|--:|\n| x | 9 |", "0318", "9");
        Assert.Equal(["0318", "9"], body.QuerySelectorAll("mark.doubt").Select(mark => mark.TextContent));
        Assert.Equal("LT-2024-0318", body.QuerySelector("strong")!.TextContent);
        Assert.Equal("right", body.QuerySelector("td:last-child")!.GetAttribute("align"));
    }

    [Fact]
    public void A_document_that_was_kept_shows_the_same_marks_when_it_is_opened_again()
    {
        const string Answer = "# Invoice\n\nNo. **LT-2024-0318**";
        RunView view = View(Answer, Tokens(Answer, "0318")), again = RunRecord.View(RunRecord.Of(view, DateTimeOffset.UnixEpoch), view.Document);
        Sureness usual = new(Sureness.Usual, 0.6);
        Assert.Contains(MarkdownDoubt.Begin, MarkdownDoubt.Of(view, usual));
        Assert.Equal(MarkdownDoubt.Of(view, usual), MarkdownDoubt.Of(again, usual));
    }

    [Theory]
    [InlineData("1. first\n2. second", "2", "ol > li:nth-child(2)")]
    [InlineData("$\\frac{a}{b}$", "frac", "span.math")]
    [InlineData("<table><tr><td colspan=\"2\">wide</td></tr></table>", "colspan", "td[colspan]")]
    [InlineData("```text\ncode\n```\nend", "text", "p, pre")]
    public void A_doubtful_sign_of_markdown_keeps_its_meaning(string answer, string doubtful, string selector)
    {
        IElement body = Rendered(answer, doubtful);
        Assert.NotNull(body.QuerySelector(selector));
        Assert.DoesNotContain(body.TextContent, letter => letter is MarkdownDoubt.Begin or MarkdownDoubt.End);
    }

    [Fact]
    public void What_was_read_cannot_make_marks_of_its_own()
    {
        IElement body = Rendered($"a{MarkdownDoubt.Begin}b{MarkdownDoubt.End} <mark class=doubt>c</mark> <td align=\"{MarkdownDoubt.Begin}x\">");
        Assert.Empty(body.QuerySelectorAll("mark"));
        Assert.Contains("<mark class=doubt>c", body.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void Both_halves_of_a_rare_character_stay_together()
    {
        IElement body = Rendered("a𠮷b", "\udfb7");
        Assert.Equal("a𠮷b", body.TextContent.Trim());
    }

    private static IElement Rendered(string answer, params string[] doubtful)
    {
        List<OcrToken> tokens = Tokens(answer, doubtful);
        return new HtmlParser().ParseDocument(MarkdownPage.Html(MarkdownDoubt.Of(View(answer, tokens), new(Sureness.Usual, 0.6)))).Body!;
    }

    /// <summary>A token for each character, doubtful where one of the parts stands first.</summary>
    private static List<OcrToken> Tokens(string answer, params string[] doubtful) =>
        [.. Enumerable.Range(0, answer.Length).Select(at => new OcrToken(at, doubtful.Any(part => answer.IndexOf(part, StringComparison.Ordinal) is var from && from >= 0 && at >= from && at < from + part.Length) ? -2f : -0.01f, at + 1, []))];

    private static RunView View(string answer, List<OcrToken> tokens) => new()
    {
        Id = "r",
        Task = new() { Form = AnswerForm.Document },
        Document = new StoredDocument("d", "o", "a.png", "c", "image/png", 10, 1240, 1754, DateTimeOffset.UnixEpoch),
        Phase = RunPhase.Done,
        Ahead = 0,
        Page = null,
        Lines = [],
        Tail = "",
        Tokens = tokens.Count,
        Queue = default,
        Total = default,
        Fault = null,
        Picture = default,
        Text = default,
        FirstToken = null,
        Result = new OcrResult { Text = answer, Lines = [], Fields = [], Tokens = tokens, FinishReason = OcrFinishReason.Stop, PromptTokens = 1, ImageTokens = 1, Pages = [], Timings = new OcrTimings(default, default, default, default, default, default, default) },
    };
}
