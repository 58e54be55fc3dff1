using HunyuanOcr.Inference;
using HunyuanOcr.Web.Recognise;

namespace HunyuanOcr.Web.Tests.Recognise;

public sealed class AnswerTailTests
{
    private static readonly OcrLine _first = new("Total", new OcrBox(1, 2, 3, 4), 1, [], 0);

    [Theory]
    [InlineData("Total(1,2),(3,4)Page", "Page")]
    [InlineData("Total(1,2),(3,4)Page(", "Page")]
    [InlineData("Total(1,2),(3,4)Page(80", "Page")]
    [InlineData("Total(1,2),(3,4)Page(80,95),", "Page")]
    [InlineData("Total(1,2),(3,4)Page(80,95),(92,97", "Page")]
    [InlineData("Total(1,2),(3,4)Page (of", "Page (of")]
    [InlineData("Total(1,2),(3,4)", "")]
    public void Coordinates_are_never_shown_whole_or_begun(string answer, string tail) => Assert.Equal(tail, AnswerTail.Of(answer, _first));

    [Theory]
    [InlineData("Tot", "Tot")]
    [InlineData("<pos_16><pos_121><pos_981><pos_321>Tot", "Tot")]
    [InlineData("<pos_16><po", "")]
    [InlineData("", "")]
    public void The_first_line_has_no_line_before_it(string answer, string tail) => Assert.Equal(tail, AnswerTail.Of(answer, null));

    [Fact]
    public void A_line_without_a_box_ends_at_its_line_break() => Assert.Equal("next", AnswerTail.Of("Total\nnext", new OcrLine("Total", null, 1, [], 0)));
}
