using HunyuanOcr.Inference;
using HunyuanOcr.Web.Recognise;

namespace HunyuanOcr.Web.Tests.Recognise;

public sealed class ReadingTaskTests
{
    private static readonly OcrPicture _picture = new(new byte[1], "a.png");

    [Fact]
    public void An_empty_prompt_asks_with_the_official_wording()
    {
        OcrRequest request = new ReadingTask { Prompt = "  " }.ToRequest(_picture, 0);
        Assert.Equal((OcrTask.Spotting, null, null), (request.Task, request.Prompt, request.MaxTokens));
    }

    [Fact]
    public void The_smaller_of_both_token_limits_holds()
    {
        Assert.Equal(100, new ReadingTask { MaxTokens = 100 }.ToRequest(_picture, 200).MaxTokens);
        Assert.Equal(200, new ReadingTask { MaxTokens = 300 }.ToRequest(_picture, 200).MaxTokens);
        Assert.Equal(200, new ReadingTask().ToRequest(_picture, 200).MaxTokens);
    }

    [Fact]
    public void Fields_go_with_their_names_and_translation_with_its_language()
    {
        Assert.Equal(["a"], new ReadingTask { Kind = TaskKind.Fields, Fields = ["a"] }.ToRequest(_picture, 0).Fields);
        Assert.Equal("zh", new ReadingTask { Kind = TaskKind.Translate, Target = "zh" }.ToRequest(_picture, 0).TargetLanguage);
    }

    [Fact]
    public void The_largest_page_goes_with_the_picture()
    {
        Assert.Null(Assert.Single(new ReadingTask().ToRequest(_picture, 0).Pictures).MaxPixels);
        Assert.Equal(512 * 512, Assert.Single(new ReadingTask { LargestSide = 512 }.ToRequest(_picture, 0).Pictures).MaxPixels);
    }

    [Fact]
    public void Two_tasks_ask_the_same_only_if_what_counts_for_their_kind_is_equal()
    {
        ReadingTask read = new() { Fields = ["a"], Target = "en" };
        Assert.True(read.AsksAs(read with { Fields = ["b"], Target = "zh" }));
        Assert.False(read.AsksAs(read with { Prompt = "stamp" }));
        Assert.False(read.AsksAs(read with { LargestSide = 512 }));
        Assert.True(read.AsksAs(read with { DoubtfulBelow = 0.8 }));
        ReadingTask fields = read with { Kind = TaskKind.Fields };
        Assert.False(fields.AsksAs(fields with { Fields = ["b"] }));
    }
}
