using HunyuanOcr.Inference.Execution;
using HunyuanOcr.Inference.Imaging;
using HunyuanOcr.Inference.Scheduling;

namespace HunyuanOcr.Inference.Tests.Execution.Cpu;

/// <summary>The demo model in fp32 against itself and, with every block size, against the reference's tokens; vectors and logits of the reference: <see cref="ReferenceVectorsTests"/>.</summary>
public sealed class CpuModelRunnerTests : IDisposable
{
    private static readonly int[] SomeText = [120, 431, 77, 902, 333, 2048];
    private readonly RunningModel model = new();

    public void Dispose() => model.Dispose();

    [Theory]
    [InlineData(64)]
    [InlineData(16)]
    [InlineData(256)]
    public void Greedy_tokens_are_those_of_the_reference_with_every_block_size(int blockSize)
    {
        // Its smallest lead of the best logit is 0.004.
        GoldenDocument document = GoldenDocuments.Of("11-sign-zh.png");
        GoldenAnswer answer = document.Answers[0];
        using RunningModel other = new(blockSize: blockSize);
        using ScaledPicture picture = other.Picture(document);
        VisionVectors vectors = other.Runner.Encode(picture);
        Assert.Equal(answer.Tokens, other.Greedy(other.Sequence(document, answer, vectors), answer.Tokens.Length));
    }

    [Fact]
    public void A_prompt_in_chunks_gives_the_logits_of_the_whole_prompt()
    {
        Sequence whole = PageSequence(), chunked = PageSequence();
        float[] expected = model.Step((whole, whole.TokenCount)).ToArray();
        Assert.True(model.Step((chunked, 1)).IsEmpty);
        Assert.True(model.Step((chunked, 17)).IsEmpty);
        AssertClose(expected, model.Step((chunked, chunked.UncachedCount)).ToArray(), 1e-4);
    }

    [Fact]
    public void Logits_of_eight_sequences_together_are_those_of_each_alone()
    {
        (Sequence Sequence, float[] Alone)[] all = [.. Enumerable.Range(0, 8).Select(Decoded)];
        foreach ((Sequence sequence, _) in all)
            sequence.Append(7);
        ReadOnlySpan<float> together = model.Step([.. all.Select(one => (one.Sequence, 1))]);
        Assert.Equal(8 * model.Vocabulary, together.Length);
        for (int i = 0; i < 8; i++)
            AssertClose(all[i].Alone, together.Slice(i * model.Vocabulary, model.Vocabulary).ToArray(), 1e-4);
    }

    [Fact]
    public void Decoding_beside_a_prefill_gives_the_logits_of_decoding_alone()
    {
        (Sequence sequence, float[] alone) = Decoded(3);
        sequence.Append(7);
        ReadOnlySpan<float> together = model.Step((sequence, 1), (PageSequence(), 20));
        Assert.Equal(model.Vocabulary, together.Length);
        AssertClose(alone, together.ToArray(), 1e-4);
    }

    [Fact]
    public void A_steady_decode_step_allocates_nothing()
    {
        Sequence[] sequences = [.. Enumerable.Range(0, 4).Select(i => Decoded(i).Sequence)];
        StepPlan plan = new();
        List<string> allocations = new(220);
        for (int step = 0; step < 220; step++)
        {
            plan.Clear();
            foreach (Sequence sequence in sequences)
            {
                sequence.Append(step + 20);
                while (sequence.Blocks.Count * model.Pool.BlockSize < sequence.TokenCount)
                {
                    int block = model.Pool.Reserve();
                    model.Pool.Own(block);
                    sequence.Blocks.Append(block);
                }

                plan.Add(new StepSlice(sequence, sequence.CachedCount, 1, true));
            }

            long before = GC.GetAllocatedBytesForCurrentThread();
            model.Runner.Run(plan);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (step >= 20 && allocated != 0)
                allocations.Add($"step {step}: {allocated} bytes");
            foreach (Sequence sequence in sequences)
                sequence.MarkCached(1);
        }

        Assert.Empty(allocations);
    }

    [Fact]
    public void A_picture_that_does_not_fit_its_grid_is_refused()
    {
        using ScaledPicture half = RunningModel.MadeUpPicture(4, 3), small = RunningModel.MadeUpPicture(4, 4, patchSize: 8);
        Assert.Throws<ArgumentException>(() => model.Runner.Encode(half));
        Assert.Throws<ArgumentException>(() => model.Runner.Encode(small));
    }

    [Fact]
    public void A_token_outside_the_vocabulary_is_refused()
    {
        Sequence sequence = model.Sequence(null, [model.Vocabulary]);
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Step((sequence, 3)).Length);
    }

    [Fact]
    public void A_cache_of_less_than_one_block_or_more_than_the_machine_has_is_refused_with_the_numbers()
    {
        EngineOptions options = new() { ModelFolder = model.Folder.Location, BlockSize = 64 };
        Assert.Contains("this machine gives", Refused(options with { CacheMegabytes = int.MaxValue }), StringComparison.Ordinal);
        ModelShape wide = model.Folder.Shape with { Layers = 4096 };
        OcrConfigurationException fault = Assert.Throws<OcrConfigurationException>(() =>
            Inference.Execution.Cpu.KeyValueCache.CountBlocks(wide, options with { BlockSize = 256, CacheMegabytes = 1 }));
        Assert.Contains("one block of 256 tokens needs", fault.Message, StringComparison.Ordinal);
    }

    private string Refused(EngineOptions options) =>
        Assert.Throws<OcrConfigurationException>(() => Inference.Execution.Cpu.CpuModelRunner.Open(options, model.Folder)).Message;

    private static void AssertClose(float[] expected, float[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        double worst = expected.Zip(actual, (a, b) => Math.Abs((double)a - b)).Max();
        Assert.True(worst <= tolerance, $"largest difference {worst}, not at most {tolerance}");
    }

    private Sequence PageSequence()
    {
        using ScaledPicture page = RunningModel.MadeUpPicture(8, 12);
        return model.Sequence(page, SomeText);
    }

    /// <summary>A sequence of its own length whose prompt has run, and the logits that decoding token 7 alone gives.</summary>
    private (Sequence Sequence, float[] Logits) Decoded(int number)
    {
        Sequence Prepared()
        {
            Sequence sequence = model.Sequence(null, Enumerable.Range(0, (number * 97) + 3).Select(i => SomeText[i % SomeText.Length] + (i % 31)));
            model.Step((sequence, sequence.TokenCount));
            return sequence;
        }

        Sequence alone = Prepared();
        alone.Append(7);
        return (Prepared(), model.Step((alone, 1)).ToArray());
    }
}
