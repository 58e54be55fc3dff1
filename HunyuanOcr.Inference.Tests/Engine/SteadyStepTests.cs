using HunyuanOcr.Inference.Engine;
using HunyuanOcr.Inference.Execution;
using HunyuanOcr.Inference.Imaging;
using HunyuanOcr.Inference.Sampling;
using HunyuanOcr.Inference.Scheduling;
using HunyuanOcr.Inference.Tests.Scheduling;

namespace HunyuanOcr.Inference.Tests.Engine;

public class SteadyStepTests
{
    /// <summary>Always chooses token 5 and notes how much the engine's thread has allocated so far at each step.</summary>
    private sealed class QuietRunner : IModelRunner
    {
        private readonly float[] logits = new float[8 * 5504];

        public QuietRunner()
        {
            for (int row = 0; row < 8; row++)
                logits[(row * 5504) + 5] = 10;
        }

        public ModelShape Shape { get; } = new FakeModelRunner(vocabulary: 5504).Shape;

        public string Device => "quiet";

        public int BlockCount => 512;

        public int BlockSize => 64;

        public long[] Allocated { get; } = new long[3000];

        public TimeSpan ModelTime => TimeSpan.Zero;

        public int StepCount { get; private set; }

        public VisionVectors Encode(ScaledPicture picture) => throw new NotSupportedException();

        public StepResult Run(StepPlan plan)
        {
            Allocated[StepCount++] = GC.GetAllocatedBytesForCurrentThread();
            return new StepResult(logits.AsSpan(0, plan.LogitsCount * 5504), 5504);
        }

        public void Dispose()
        {
        }
    }

    [Fact]
    public async Task The_engines_thread_allocates_next_to_nothing_for_a_token()
    {
        var runner = new QuietRunner();
        using var loop = new EngineLoop(new EngineLoopOptions
        {
            MaxSequences = 8, MaxScheduledTokens = 256, QueueLength = 10, VisionCacheBytes = 0, EndTokens = [1],
        }, runner, (_, _) => throw new NotSupportedException(), TimeProvider.System);
        RunningRequest[] requests = [.. Enumerable.Range(0, 8).Select(_ => loop.Submit(
            new PreparedRequest(Sequences.TextPrompt(10), [], new SamplingState(new SamplingChoice(0, 0, 1, 1, 0, []), []), 2010), new RequestClock(TimeProvider.System)))];
        await Task.WhenAll(requests.Select(LoopUnderTest.Answer));

        // What remains is the growth of lists and channels that hold the answers themselves: a token is some 70 bytes.
        long bytes = runner.Allocated[1900] - runner.Allocated[200];
        Assert.True(bytes < 1700 * 8 * 200, $"{bytes / 1700 / 8} bytes a token.");
        Assert.True(Enumerable.Range(200, 1700).Count(step => runner.Allocated[step + 1] == runner.Allocated[step]) > 1500);
    }
}
