using HunyuanOcr.Inference.Sampling;

namespace HunyuanOcr.Inference.Tests.Sampling;

public sealed class SamplerTests
{
    private static readonly SamplingChoice Greedy = SamplingChoice.From(new SamplingOptions { Seed = 1 }, new SamplingDefaults());

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(17)]
    [InlineData(5504)]
    public void Greedy_takes_the_highest_and_tells_the_five_likeliest(int vocabulary)
    {
        Random random = new(vocabulary);
        float[] logits = [.. Enumerable.Range(0, vocabulary).Select(_ => (float)(random.NextDouble() * 20 - 10))];
        TokenChoice choice = Choose(logits, Greedy);
        double total = Math.Log(logits.Sum(value => Math.Exp(value)));
        int[] order = [.. Enumerable.Range(0, vocabulary).OrderByDescending(id => logits[id]).ThenBy(id => id).Take(5)];
        Assert.Equal(order[0], choice.Id);
        Assert.Equal(logits[order[0]] - total, choice.LogProbability, 1e-4);
        Assert.Equal(order.Length, choice.Count);
        for (int place = 0; place < order.Length; place++)
        {
            Assert.Equal(order[place], choice.AlternativeIds[place]);
            Assert.Equal(logits[order[place]] - total, choice.AlternativeLogProbabilities[place], 1e-4);
        }
    }

    [Fact]
    public void Equal_logits_go_to_the_lowest_id()
    {
        float[] logits = new float[100];
        logits[93] = logits[40] = logits[17] = 1;
        TokenChoice choice = Choose(logits, Greedy);
        Assert.Equal(17, choice.Id);
        Assert.Equal([17, 40, 93, 0, 1], ((ReadOnlySpan<int>)choice.AlternativeIds).ToArray());
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Of_logits_that_are_no_numbers_nothing_is_chosen(float value)
    {
        float[] logits = new float[20];
        logits[3] = value;
        Assert.False(Choose(logits, Greedy).IsMade);
        Assert.False(Choose(logits, Greedy with { Temperature = 1 }).IsMade);
        Assert.True(Choose(new float[20], Greedy).IsMade);
    }

    [Theory]
    [InlineData(1e-30)]
    [InlineData(1e-45)]
    [InlineData(double.Epsilon)]
    public void The_smallest_temperature_takes_the_likeliest(double temperature)
    {
        float[] logits = [.. Enumerable.Range(0, 50).Select(id => (float)-Math.Abs(id - 20))];
        foreach (int topK in (int[])[0, 5])
            Assert.Equal(20, Choose(logits, Greedy with { Temperature = temperature, TopK = topK }).Id);
    }

    [Theory]
    [InlineData(1e-30)]
    [InlineData(1e-45)]
    [InlineData(double.Epsilon)]
    public void The_smallest_repetition_penalty_leaves_numbers(double penalty)
    {
        TokenChoice choice = default;
        new Sampler().Choose([5f, 0f, -5f, 50f], new SamplingState(Greedy with { RepetitionPenalty = penalty }, [0, 1, 2]), ref choice);
        Assert.Equal((true, 0, 0f), (choice.IsMade, choice.Id, choice.LogProbability));
    }

    [Fact]
    public void Masked_tokens_do_no_harm()
    {
        float[] logits = Enumerable.Repeat(float.NegativeInfinity, 30).ToArray();
        logits[21] = 2;
        TokenChoice choice = Choose(logits, Greedy);
        Assert.Equal(21, choice.Id);
        Assert.Equal(0, choice.LogProbability, 1e-6);
    }

    // As transformers: a positive score is divided, a negative one multiplied, once for each token of prompt and answer.
    [Fact]
    public void The_repetition_penalty_counts_prompt_and_answer_once_each()
    {
        SamplingChoice options = Greedy with { RepetitionPenalty = 2 };
        SamplingState state = new(options, [0, 0, 1]);
        float[] logits = [4f, -1f, 1.9f, 0.5f];
        TokenChoice choice = default;
        Sampler sampler = new();
        sampler.Choose(logits, state, ref choice);
        Assert.Equal(0, choice.Id);
        double total = Math.Log(new[] { 2, -2, 1.9, 0.5 }.Sum(Math.Exp));
        Assert.Equal(2 - total, choice.LogProbability, 1e-5);
        logits[0] = 3.7f;
        sampler.Choose(logits, state, ref choice);
        Assert.Equal(2, choice.Id);
        sampler.Choose(logits, state, ref choice);
        Assert.Equal(0, choice.Id);
        Assert.Equal(3.7f, logits[0]);
    }

    [Fact]
    public void Draws_follow_the_probabilities_at_a_temperature()
    {
        float[] logits = [0f, 1f, 2f];
        double[] weights = [.. logits.Select(value => Math.Exp(value / 0.5))];
        double[] shares = Shares(logits, Greedy with { Temperature = 0.5 });
        for (int id = 0; id < logits.Length; id++)
            Assert.Equal(weights[id] / weights.Sum(), shares[id], 0.02);
    }

    [Fact]
    public void Top_k_keeps_ties_with_the_kth()
    {
        double[] shares = Shares([3f, 1f, 2f, 2f, 0f], Greedy with { Temperature = 1, TopK = 2 });
        Assert.Equal("0,2,3", string.Join(',', Enumerable.Range(0, 5).Where(id => shares[id] > 0)));
    }

    [Theory]
    [InlineData(0.5, 1)]
    [InlineData(0.75, 2)]
    [InlineData(0.95, 3)]
    [InlineData(0.01, 1)]
    [InlineData(1.0, 4)]
    public void Top_p_keeps_the_fewest_tokens_that_reach_it(double topP, int kept)
    {
        float[] logits = [MathF.Log(0.15f), MathF.Log(0.55f), MathF.Log(0.25f), MathF.Log(0.05f)];
        double[] shares = Shares(logits, Greedy with { Temperature = 1, TopP = topP });
        Assert.Equal(kept, shares.Count(share => share > 0));
        Assert.True(shares[1] > 0);
    }

    [Fact]
    public void Top_p_over_a_large_vocabulary_keeps_what_sorting_all_of_it_keeps()
    {
        Random random = new(7);
        float[] logits = [.. Enumerable.Range(0, 2000).Select(_ => (float)(random.NextDouble() * 6))];
        double sum = logits.Sum(value => Math.Exp(value)), reached = 0;
        HashSet<int> expected = [.. Enumerable.Range(0, 2000).OrderByDescending(id => logits[id]).TakeWhile(id => (reached += Math.Exp(logits[id]) / sum) - Math.Exp(logits[id]) / sum < 0.3)];
        double[] shares = Shares(logits, Greedy with { Temperature = 1, TopP = 0.3 }, draws: 500);
        Assert.All(Enumerable.Range(0, 2000).Where(id => shares[id] > 0), id => Assert.Contains(id, expected));
    }

    [Fact]
    public void The_same_seed_gives_the_same_tokens_whatever_else_is_drawn_between()
    {
        SamplingChoice options = Greedy with { Temperature = 1.5, Seed = 42 };
        Assert.Equal(Run(options, interleaved: false), Run(options, interleaved: true));
        Assert.NotEqual(Run(options, interleaved: false), Run(options with { Seed = 43 }, interleaved: false));
    }

    [Fact]
    public void A_step_allocates_nothing()
    {
        float[] logits = [.. Enumerable.Range(0, 5504).Select(id => (float)Math.Sin(id))];
        foreach (SamplingChoice options in new[] { Greedy, Greedy with { RepetitionPenalty = 1.1 }, Greedy with { Temperature = 0.7, TopK = 40 } })
        {
            Sampler sampler = new();
            SamplingState state = new(options, [1, 2, 3]);
            TokenChoice choice = default;
            for (int warm = 0; warm < 50; warm++)
                sampler.Choose(logits, state, ref choice);
            long before = GC.GetAllocatedBytesForCurrentThread();
            sampler.Choose(logits, state, ref choice);
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }
    }

    private static TokenChoice Choose(float[] logits, SamplingChoice options)
    {
        TokenChoice choice = default;
        new Sampler().Choose(logits, new SamplingState(options, []), ref choice);
        return choice;
    }

    private static double[] Shares(float[] logits, SamplingChoice options, int draws = 20_000)
    {
        double[] shares = new double[logits.Length];
        Sampler sampler = new();
        SamplingState state = new(options, []);
        TokenChoice choice = default;
        for (int draw = 0; draw < draws; draw++)
        {
            sampler.Choose(logits, state, ref choice);
            shares[choice.Id] += 1.0 / draws;
        }
        return shares;
    }

    private static List<int> Run(SamplingChoice options, bool interleaved)
    {
        Random random = new(3);
        Sampler sampler = new();
        SamplingState state = new(options, []), other = new(options with { Seed = 99 }, []);
        TokenChoice choice = default;
        List<int> ids = [];
        for (int step = 0; step < 40; step++)
        {
            float[] logits = [.. Enumerable.Range(0, 50).Select(_ => (float)random.NextDouble())];
            if (interleaved)
                sampler.Choose(logits, other, ref choice);
            sampler.Choose(logits, state, ref choice);
            ids.Add(choice.Id);
        }
        return ids;
    }
}
