using HunyuanOcr.Inference;
using HunyuanOcr.Web.Api;

namespace HunyuanOcr.Web.Tests.Api;

public sealed class TokenTextsTests
{
    [Fact]
    public void A_character_of_several_tokens_belongs_to_the_last_of_them_and_all_together_are_the_text()
    {
        TokenTexts texts = new();
        texts.Append("a票");
        OcrToken[] tokens = [new(1, 0, 1, []), new(2, 0, 1, []), new(3, 0, 2, [])];
        Assert.Equal(["a", "", "票"], tokens.Select(texts.Take));
        texts.Append("b");
        Assert.Equal(2, texts.Offset);
        // A token that was cut by a stop string reaches no further than the text.
        Assert.Equal("b", texts.Take(new(4, 0, 9, [])));
    }

    [Fact]
    public void A_log_probability_that_json_cannot_hold_is_told_as_the_least()
    {
        TokenTexts texts = new();
        texts.Append("ab");
        OcrToken[] tokens = [new(1, float.NegativeInfinity, 1, [new(1, "\uFFFD", -0.5f), new(2, "\uFFFD", -3)]), new(2, float.NaN, 2, [])];
        ChatChances chances = TokenChances.ForChat(tokens, texts, 2);
        Assert.Equal([-9999d, -9999d], chances.Content.Select(token => token.Logprob));
        Assert.All(chances.Content[0].TopLogprobs, other => Assert.Null(other.Bytes));
    }
}
