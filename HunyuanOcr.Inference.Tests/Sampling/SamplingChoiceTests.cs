using HunyuanOcr.Inference.Sampling;

namespace HunyuanOcr.Inference.Tests.Sampling;

public sealed class SamplingChoiceTests
{
    public static TheoryData<SamplingOptions, string> OutOfRange => new()
    {
        { new SamplingOptions { Temperature = -0.1 }, "Temperature" },
        { new SamplingOptions { Temperature = 2.1 }, "Temperature" },
        { new SamplingOptions { Temperature = double.NaN }, "Temperature" },
        { new SamplingOptions { TopK = -1 }, "TopK" },
        { new SamplingOptions { TopP = 0 }, "TopP" },
        { new SamplingOptions { TopP = 1.01 }, "TopP" },
        { new SamplingOptions { RepetitionPenalty = 0 }, "RepetitionPenalty" },
        { new SamplingOptions { RepetitionPenalty = 3 }, "RepetitionPenalty" },
        { new SamplingOptions { Stop = [.. Enumerable.Repeat("x", 17)] }, "Stop" },
        { new SamplingOptions { Stop = ["a", ""] }, "Stop" },
    };

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public void An_option_out_of_range_is_refused_by_its_name(SamplingOptions options, string property) =>
        Assert.Equal($"Sampling.{property}", Assert.Throws<OcrRequestException>(() => SamplingChoice.From(options, new SamplingDefaults())).Parameter);

    [Fact]
    public void Without_options_a_greedy_checkpoint_is_greedy()
    {
        SamplingChoice choice = SamplingChoice.From(new SamplingOptions(), new SamplingDefaults(RepetitionPenalty: 1.08));
        Assert.True(choice.Greedy);
        Assert.Equal((0, 1.0, 1.08), (choice.TopK, choice.TopP, choice.RepetitionPenalty));
    }

    [Fact]
    public void Without_options_a_sampling_checkpoint_samples_as_it_says()
    {
        SamplingChoice choice = SamplingChoice.From(new SamplingOptions(), new SamplingDefaults(Temperature: 0.7, TopK: 20, TopP: 0.9));
        Assert.Equal((0.7, 20, 0.9, 1.0), (choice.Temperature, choice.TopK, choice.TopP, choice.RepetitionPenalty));
    }

    [Fact]
    public void An_option_that_is_set_wins_over_the_checkpoint()
    {
        SamplingChoice choice = SamplingChoice.From(
            new SamplingOptions { Temperature = 0, TopK = 3, TopP = 0.5, RepetitionPenalty = 1, Seed = 9 }, new SamplingDefaults(0.7, 20, 0.9, 1.08));
        Assert.Equal((0.0, 3, 0.5, 1.0, 9UL), (choice.Temperature, choice.TopK, choice.TopP, choice.RepetitionPenalty, choice.Seed));
    }

    [Fact]
    public void Without_a_seed_each_request_draws_its_own() =>
        Assert.NotEqual(SamplingChoice.From(new SamplingOptions(), new SamplingDefaults()).Seed, SamplingChoice.From(new SamplingOptions(), new SamplingDefaults()).Seed);
}
