using FsCheck;
using FsCheck.Fluent;
using HunyuanOcr.Inference.Output;

namespace HunyuanOcr.Inference.Tests.Output;

public sealed class SpottingParserTests
{
    [Theory]
    [InlineData("顺利上岸(231,392),(764,632)LAMAR(446,850),(559,878)05483(934,835),(997,870)", "顺利上岸@231,392,764,632 / LAMAR@446,850,559,878 / 05483@934,835,997,870")]
    [InlineData("f(x,y),(a)(1,2),(3,4)", "f(x,y),(a)@1,2,3,4")]
    [InlineData("Total (1,000),(2,000)(10,20),(300,40)next(1,2),(3,4)", "Total (1,000),(2,000)@10,20,300,40 / next@1,2,3,4")]
    [InlineData("Range (1,100),(2,200)(10,20),(300,40)", "Range (1,100),(2,200)@10,20,300,40")]
    [InlineData("(1) Item(10,20),(30,40)(2) Item(10,50),(30,60)", "(1) Item@10,20,30,40 / (2) Item@10,50,30,60")]
    [InlineData("a (b), c(10,20),(30,40)", "a (b), c@10,20,30,40")]
    [InlineData("one(1,2),(3,4)\ntwo(5,6),(7,8)\n", "one@1,2,3,4 / two@5,6,7,8")]
    [InlineData("x(1, 2), (3, 4)y(5,6),(7,8)", "x@1,2,3,4 / y@5,6,7,8")]
    [InlineData("big(-5,20),(1200,9999)", "big@0,20,1000,1000")]
    [InlineData("swapped(300,40),(10,20)", "swapped@10,20,300,40")]
    [InlineData("thin(10,20),(300,20)", "thin@10,20,300,20")]
    [InlineData("no(01,2),(3,4)", "no(01,2),(3,4)")]
    [InlineData("no(12345,2),(3,4)", "no(12345,2),(3,4)")]
    [InlineData("[1] Intro(10,20),(30,40)", "[1] Intro@10,20,30,40")]
    [InlineData("<b>(10,20),(30,40)", "<b>@10,20,30,40")]
    [InlineData("`code`(10,20),(30,40)", "`code`@10,20,30,40")]
    [InlineData("(1,2),(3,4)", "")]
    [InlineData("", "")]
    [InlineData("   \n", "")]
    public void Text_with_its_box_behind_is_a_line(string answer, string lines) => Assert.Equal(lines, Answers.Show(Answers.Lines(answer)));

    [Theory]
    [InlineData("whole(1,2),(3,4)cut")]
    [InlineData("whole(1,2),(3,4)cut(")]
    [InlineData("whole(1,2),(3,4)cut(12")]
    [InlineData("whole(1,2),(3,4)cut(12,34),(5")]
    public void A_tail_without_a_whole_box_ends_as_a_line_without_one(string answer) => Assert.Equal("whole@1,2,3,4 / cut", Answers.Show(Answers.Lines(answer)));

    [Theory]
    [InlineData("<pos_16><pos_121><pos_981><pos_321>顺利上岸<pos_1><pos_2><pos_3><pos_4>a<b <pos_5>!", "顺利上岸@16,121,981,321 / a<b <pos_5>!@1,2,3,4")]
    [InlineData("<pos_16><pos_121><pos_981><pos_321>one\n<pos_1><pos_2><pos_1003><pos_4>two", "one@16,121,981,321 / two@1,2,1000,4")]
    [InlineData("<pos_16><pos_121><pos_981><pos_321>one<pos_1><pos_", "one@16,121,981,321")]
    [InlineData("<pos_16> is text", "<pos_16> is text")]
    public void A_box_ahead_belongs_to_the_text_up_to_the_next(string answer, string lines) => Assert.Equal(lines, Answers.Show(Answers.Lines(answer)));

    [Theory]
    [InlineData("""[{"box": [1, 2, 3, 4], "text": "one"}, {"text": "t\u4e2d \"x\" [y]", "box": [9, 8, 7, 2000]}]""", "one@1,2,3,4 / t中 \"x\" [y]@7,8,9,1000")]
    [InlineData("```json\n[\n  {\"box\": [1,2,3,4], \"text\": \"one\"}\n]\n```", "one@1,2,3,4")]
    [InlineData("""[{"box": [1.4, 2, 3, 4], "text": "one"}, {"box": [5, 6, 7, 8], "text": "cut of""", "one@1,2,3,4 / cut of@5,6,7,8")]
    [InlineData("""[{"box": [1, 2], "text": "one"}, {"box": [1,2,3,4]}]""", "one")]
    [InlineData("""[{"bbox": [1, 2, 3, 4], "text": 42}]""", "42@1,2,3,4")]
    [InlineData("[]", "")]
    public void A_json_array_of_objects_is_lines(string answer, string lines) => Assert.Equal(lines, Answers.Show(Answers.Lines(answer)));

    [Fact]
    public void An_answer_without_boxes_is_a_line_for_each_line_of_text()
    {
        Assert.Equal("f(x) / price (12", Answers.Show(Answers.Lines("f(x)\n\nprice (12")));
        Assert.Equal("one(1,2),(3,4) / two", Answers.Show(Answers.Lines("one(1,2),(3,4)\ntwo\n", expectBoxes: false)));
    }

    [Fact]
    public void A_line_comes_with_the_character_behind_its_box()
    {
        ConfidenceMap answer = new();
        SpottingParser parser = new(answer);
        Assert.Empty(Feed(answer, parser, "one(1,2),(3,4"));
        Assert.Empty(Feed(answer, parser, ")"));
        Assert.Equal("one@1,2,3,4", Answers.Show(Feed(answer, parser, "t")));
        Assert.Empty(Feed(answer, parser, "wo(5,6),(7,8)("));
        Assert.Equal("two@5,6,7,8", Answers.Show(Feed(answer, parser, "x")));
        Assert.Equal("(x", Answers.Show(parser.Finish()));
    }

    [Fact]
    public void Text_that_is_not_certain_to_stay_is_not_parsed()
    {
        ConfidenceMap answer = Answers.Of("one(1,2),(3,4)two");
        SpottingParser parser = new(answer);
        Assert.Empty(parser.Advance(14));
        Assert.Single(parser.Advance(15));
    }

    [Fact]
    public void Plain_lines_come_at_their_line_end()
    {
        ConfidenceMap answer = new();
        SpottingParser parser = new(answer, expectBoxes: false);
        Assert.Empty(Feed(answer, parser, "one"));
        Assert.Equal("one", Answers.Show(Feed(answer, parser, "\ntw")));
        Assert.Equal("two", Answers.Show([.. Feed(answer, parser, "o"), .. parser.Finish()]));
    }

    [Fact]
    public void Confidence_of_a_line_leaves_its_coordinates_out()
    {
        ConfidenceMap answer = new();
        answer.Append("ab", MathF.Log(0.9f), false);
        answer.Append("c", MathF.Log(0.4f), false);
        answer.Append("(1,2),(3,4)", MathF.Log(0.01f), false);
        OcrLine line = Assert.Single(new SpottingParser(answer).Finish());
        Assert.Equal(Math.Sqrt(0.9 * 0.4), line.Confidence, 1e-5);
        Assert.Equal([0.9f, 0.9f, 0.4f], line.CharacterConfidences.Select(value => MathF.Round(value, 4)));
    }

    [Fact]
    public void Lines_tell_where_their_text_starts()
    {
        const string text = "one(1,2),(3,4)\n two(5,6),(7,8)";
        Assert.All(Answers.Lines(text), line => Assert.StartsWith(line.Text, text[line.Start..], StringComparison.Ordinal));
        const string json = """[{"box": [1,2,3,4], "text": "a\nb"}]""";
        OcrLine escaped = Assert.Single(Answers.Lines(json));
        Assert.Equal(json.IndexOf("a\\n", StringComparison.Ordinal), escaped.Start);
        Assert.Equal(3, escaped.CharacterConfidences.Count);
    }

    [Fact]
    public void However_the_answer_is_cut_the_lines_are_the_same()
    {
        Gen<string> parts = Gen.Elements("文", "a", "(", ")", ",", "1", "23", "(1,2),(3,4)", "(10,20)", "\n", "<pos_1><pos_2><pos_3><pos_4>", "<pos_", "[", "{\"text\":\"x\",\"box\":[1,2,3,4]}", " ");
        Check.QuickThrowOnFailure(Prop.ForAll(parts.ArrayOf().Select(list => string.Concat(list)).ToArbitrary(), Gen.Choose(1, 7).ToArbitrary(), (text, size) =>
            Answers.Show(Answers.Lines(text, size)) == Answers.Show(Answers.Lines(text, Math.Max(1, text.Length)))));
    }

    [Fact]
    public void Confidences_match_their_texts_for_any_answer()
    {
        Gen<string> parts = Gen.Elements("文", "😀", "(1,2),(3,4)", "\n", "[{\"text\":\"\\u4e2d\\\\\",\"box\":[1,2,3,4]}", "]", "x");
        Check.QuickThrowOnFailure(Prop.ForAll(parts.ArrayOf().Select(list => string.Concat(list)).ToArbitrary(), text =>
            Answers.Lines(text).All(line => line.CharacterConfidences.Count == line.Text.Length && line.Confidence is > 0 and <= 1)));
    }

    private static IReadOnlyList<OcrLine> Feed(ConfidenceMap answer, SpottingParser parser, string text)
    {
        foreach (char letter in text)
            answer.Append(letter.ToString(), -0.1f, false);
        return parser.Advance(answer.Length);
    }
}
