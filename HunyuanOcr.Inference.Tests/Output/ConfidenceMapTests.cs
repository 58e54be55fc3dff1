using HunyuanOcr.Inference.Output;
using HunyuanOcr.Inference.Tokenization;

namespace HunyuanOcr.Inference.Tests.Output;

public sealed class ConfidenceMapTests
{
    [Fact]
    public void A_character_of_several_tokens_has_the_lowest_of_their_probabilities()
    {
        ConfidenceMap answer = new();
        answer.Append("a", MathF.Log(0.9f), false);
        answer.Append("", MathF.Log(0.3f), true);
        answer.Append("", MathF.Log(0.8f), true);
        answer.Append("😀", MathF.Log(0.7f), false);
        answer.Append("b", MathF.Log(0.6f), false);
        Assert.Equal([0.9f, 0.3f, 0.3f, 0.6f], answer.Characters(0, 4).Select(value => MathF.Round(value, 4)));
    }

    [Fact]
    public void Each_token_of_a_character_that_was_cut_off_counts_once()
    {
        ConfidenceMap answer = new();
        answer.Append("", MathF.Log(0.5f), true);
        answer.Append("", MathF.Log(0.125f), true);
        answer.Complete("\uFFFD");
        Assert.Equal(0.125f, Assert.Single(answer.Characters(0, 1)), 1e-5f);
        Assert.Equal(0.25, answer.Mean(0, 1), 1e-5);
    }

    [Fact]
    public void A_token_that_ends_one_character_and_begins_the_next_counts_for_both()
    {
        ConfidenceMap answer = new();
        answer.Append("a", MathF.Log(0.2f), true);
        answer.Append("中b", MathF.Log(0.9f), false);
        Assert.Equal([0.2f, 0.2f, 0.9f], answer.Characters(0, 3).Select(value => MathF.Round(value, 4)));
        Assert.Equal(Math.Sqrt(0.2 * 0.9), answer.Mean(1, 1), 1e-5);
    }

    [Fact]
    public void The_mean_of_a_stretch_is_geometric_over_the_tokens_that_touch_it()
    {
        ConfidenceMap answer = new();
        answer.Append("ab", MathF.Log(0.5f), false);
        answer.Append("cd", MathF.Log(0.8f), false);
        answer.Append("", MathF.Log(0.001f), false);
        answer.Append("e", MathF.Log(0.9f), false);
        Assert.Equal(Math.Sqrt(0.5 * 0.8), answer.Mean(1, 2), 1e-5);
        Assert.Equal(Math.Pow(0.5 * 0.8 * 0.9, 1.0 / 3), answer.Mean(0, 5), 1e-5);
        Assert.Equal(1, answer.Mean(5, 0));
    }

    [Fact]
    public void Text_that_is_dropped_takes_its_tokens_along()
    {
        ConfidenceMap answer = new();
        answer.Append("ab", MathF.Log(0.5f), false);
        answer.Append("cd", MathF.Log(0.1f), false);
        answer.Truncate(2);
        answer.Append("x", MathF.Log(0.5f), false);
        Assert.Equal("abx", answer.Text.ToString());
        Assert.Equal(0.5, answer.Mean(0, 3), 1e-5);
        Assert.Equal(3, answer.Characters(0, 3).Length);
    }

    [Fact]
    public void Streamed_tokens_give_every_character_a_confidence()
    {
        foreach ((string text, int[] ids, _) in Tests.Tokenization.GoldenIds.Instance.Cases.Take(100))
        {
            TokenTextStream stream = new(DemoModel.Tokenizer);
            ConfidenceMap answer = new();
            foreach (int id in ids)
                answer.Append(stream.Append(id), MathF.Log(0.5f), stream.InsideCharacter);
            Assert.Equal(text, answer.Text.ToString());
            Assert.All(answer.Characters(0, answer.Length), value => Assert.Equal(0.5f, value, 1e-5f));
        }
    }
}
