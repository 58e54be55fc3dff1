using HunyuanOcr.Web.Recognise;

namespace HunyuanOcr.Web.Tests.Recognise;

public sealed class TranslatedTextTests
{
    [Theory]
    [InlineData("原文：\n停水通知\n五月二日\n\n译文：\nWater outage\n2 May")]
    [InlineData("停水通知\n五月二日\n\nWater outage\n2 May")]
    [InlineData("停水通知\n五月二日\n---\nWater outage\n2 May")]
    [InlineData("停水通知\nWater outage\n五月二日\n2 May")]
    public void An_answer_with_both_is_taken_apart(string answer)
    {
        TranslatedText text = TranslatedText.Of(answer, "en", null);
        Assert.True(text.HasBoth);
        Assert.Equal([new("停水通知", "Water outage"), new("五月二日", "2 May")], text.Pairs);
    }

    [Fact]
    public void An_answer_with_the_translation_only_has_no_original_until_it_is_read()
    {
        Assert.False(TranslatedText.Of("Water outage\n2 May", "en", null).HasBoth);
        Assert.Equal(new TranslatedPair("停水通知", "Water outage"), TranslatedText.Of("Water outage\n2 May", "en", ["停水通知", "五月二日"]).Pairs[0]);
    }

    [Fact]
    public void Paragraphs_of_a_translation_are_not_taken_for_an_original() =>
        Assert.Equal(["First paragraph.", "Second one."], TranslatedText.Of("First paragraph.\n\nSecond one.", "en", null).Translation);

    [Fact]
    public void Lines_that_do_not_match_stand_as_two_whole_texts() =>
        Assert.Equal([new TranslatedPair("甲\n乙\n丙", "One\nTwo")], TranslatedText.Of("甲\n乙\n丙\n\nOne\nTwo", "en", null).Pairs);
}
