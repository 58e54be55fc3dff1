using HunyuanOcr.Inference;
using HunyuanOcr.Web.Recognise;

namespace HunyuanOcr.Web.Tests.Recognise;

public sealed class SurenessTests
{
    private static readonly Sureness _usual = new(Sureness.Usual, 0.6);

    [Theory]
    [InlineData(0.95, "sure")]
    [InlineData(0.9, "sure")]
    [InlineData(0.7, "doubt")]
    [InlineData(0.6, "doubt")]
    [InlineData(0.59, "low")]
    public void A_confidence_has_one_of_three_colours(double confidence, string expected) => Assert.Equal(expected, _usual.Of(confidence));

    [Fact]
    public void Doubtful_characters_form_stretches() =>
        Assert.Equal([("ab", false), ("cd", true), ("e", false)], _usual.Stretches(Line("abcde", 0.7, 1, 1, .3f, .2f, 1)));

    [Fact]
    public void A_doubtful_line_without_a_doubtful_character_shows_its_least_sure_one() =>
        Assert.Equal([("a", false), ("b", true), ("c", false)], _usual.Stretches(Line("abc", 0.85, .9f, .7f, .9f)));

    [Fact]
    public void A_sure_line_is_one_stretch() => Assert.Equal([("abc", false)], _usual.Stretches(Line("abc", 0.95, 1, .3f, 1)));

    [Fact]
    public void A_character_of_two_units_is_never_cut() => Assert.Equal([("𠮷", true), ("a", false)], _usual.Stretches(Line("𠮷a", 0.5, .3f, .9f, .9f)));

    [Fact]
    public void Another_limit_makes_other_lines_doubtful()
    {
        OcrLine line = Line("abc", 0.85, .9f, .7f, .9f);
        Assert.Equal(("sure", "doubt"), (new Sureness(0.8, 0.6).Of(line.Confidence), new Sureness(0.95, 0.6).Of(line.Confidence)));
        Assert.Equal([("abc", false)], new Sureness(0.8, 0.6).Stretches(line));
    }

    private static OcrLine Line(string text, double confidence, params float[] shares) => new(text, null, confidence, shares, 0);
}
