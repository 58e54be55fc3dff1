using HunyuanOcr.Inference.Engine;
using HunyuanOcr.Inference.Execution;
using HunyuanOcr.Inference.Imaging;
using HunyuanOcr.Inference.Sampling;
using HunyuanOcr.Inference.Scheduling;
using HunyuanOcr.Inference.Tests.Scheduling;

namespace HunyuanOcr.Inference.Tests.Engine;

/// <summary>A device that chooses the likeliest token by itself: who takes its word and who is asked for logits.</summary>
public class ChosenOnTheDeviceTests
{
    private const int Vocabulary = 64, OfTheDevice = 7, OfTheLogits = 9;

    /// <summary>Chooses one token by itself and gives logits for another, so that it can be seen which one counted.</summary>
    private sealed class ChoosingRunner : IModelRunner
    {
        private readonly float[] logits = new float[8 * Vocabulary];
        private readonly TokenChoice[] choices = new TokenChoice[8];

        public ModelShape Shape { get; } = new FakeModelRunner(vocabulary: Vocabulary).Shape;

        public string Device => "choosing";

        public int BlockCount => 64;

        public int BlockSize => 16;

        public TimeSpan ModelTime => TimeSpan.Zero;

        public float LogProbability { get; set; } = -0.25f;

        public bool Prepared { get; private set; }

        public List<bool> NeedsLogits { get; } = [];

        public VisionVectors Encode(ScaledPicture picture) => throw new NotSupportedException();

        public void Prepare() => Prepared = true;

        public StepResult Run(StepPlan plan)
        {
            Assert.True(Prepared);
            NeedsLogits.AddRange(plan.Slices.Select(slice => slice.Sequence.NeedsLogits));
            for (int row = 0; row < plan.LogitsCount; row++)
            {
                logits[(row * Vocabulary) + OfTheLogits] = 10;
                choices[row].Id = OfTheDevice;
                choices[row].LogProbability = LogProbability;
            }
            return new StepResult(logits, Vocabulary, choices.AsSpan(0, plan.LogitsCount));
        }

        public void Dispose()
        {
        }
    }

    [Theory]
    [InlineData(0, 1, OfTheDevice)]
    [InlineData(0.5, 1, OfTheLogits)]
    [InlineData(0, 1.08, OfTheLogits)]
    public async Task The_devices_token_counts_where_every_token_is_the_likeliest(double temperature, double penalty, int expected)
    {
        var runner = new ChoosingRunner();
        (int[] tokens, RequestEnd end) = await Answer(runner, temperature, penalty);
        Assert.Null(end.Error);
        Assert.Equal(expected, tokens[0]);
        Assert.Equal(expected != OfTheDevice, runner.NeedsLogits[0]);
    }

    [Fact]
    public async Task A_choice_without_a_number_ends_the_request_with_the_reason()
    {
        (_, RequestEnd end) = await Answer(new ChoosingRunner { LogProbability = float.NaN }, 0, 1);
        Assert.Contains("logits that are not numbers", end.Error!.Message, StringComparison.Ordinal);
    }

    private static async Task<(int[] Tokens, RequestEnd End)> Answer(ChoosingRunner runner, double temperature, double penalty)
    {
        using var loop = new EngineLoop(new EngineLoopOptions { MaxSequences = 4, MaxScheduledTokens = 32, QueueLength = 10, VisionCacheBytes = 0, EndTokens = [1] },
            runner, (_, _) => throw new NotSupportedException(), TimeProvider.System);
        return await LoopUnderTest.Answer(loop.Submit(
            new PreparedRequest(Sequences.TextPrompt(5), [], new SamplingState(new SamplingChoice(temperature, 1, 1, penalty, 0, []), [5]), 6), new RequestClock(TimeProvider.System)));
    }
}
