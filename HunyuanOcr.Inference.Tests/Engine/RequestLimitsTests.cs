using HunyuanOcr.Inference.Engine;
using HunyuanOcr.Inference.Prompting;
using HunyuanOcr.Inference.Tests.Scheduling;

namespace HunyuanOcr.Inference.Tests.Engine;

public class RequestLimitsTests
{
    private static readonly RequestLimits Limits = new(Context: 1000, BlockCount: 10, BlockSize: 64);

    [Theory]
    [InlineData(100, 50, 150)]
    [InlineData(100, 540, 640)]
    [InlineData(100, null, 640)]
    [InlineData(639, null, 640)]
    public void Prompt_and_answer_stay_within_what_was_asked_context_and_cache(int prompt, int? answer, int expected) =>
        Assert.Equal(expected, Limits.MostTokens(Sequences.TextPrompt(prompt), answer));

    [Fact]
    public void An_answer_longer_than_the_context_is_cut_to_it() =>
        Assert.Equal(1000, (Limits with { BlockCount = 100 }).MostTokens(Sequences.TextPrompt(100), 5000));

    [Theory]
    [InlineData(1000, null, "Prompt", "The prompt has 1000 tokens; the context holds 1000 for prompt and answer together.")]
    [InlineData(640, null, "Prompt", "The prompt has 640 tokens; with one token of an answer its 641 tokens take 11 cache blocks of 64, and the cache has 10 (640 tokens).")]
    [InlineData(100, 541, "MaxTokens", "with 541 of an answer its 641 tokens take 11 cache blocks of 64, and the cache has 10 (640 tokens). Set MaxTokens to 540 or less")]
    public void What_can_never_fit_is_refused_with_the_numbers(int prompt, int? answer, string parameter, string message)
    {
        var refused = Assert.Throws<OcrRequestException>(() => Limits.MostTokens(Sequences.TextPrompt(prompt), answer));
        Assert.Equal(parameter, refused.Parameter);
        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_pictures_fill_the_prompt_they_are_named()
    {
        Prompt prompt = Sequences.TextPrompt(1200) with { Images = [new ImageSpan(1, 2, 4, 600), new ImageSpan(700, 2, 4, 300)] };
        var refused = Assert.Throws<OcrRequestException>(() => Limits.MostTokens(prompt, null));
        Assert.Equal("Pictures", refused.Parameter);
        Assert.Contains("1200 tokens, 900 of them for 2 pictures", refused.Message, StringComparison.Ordinal);
    }
}
