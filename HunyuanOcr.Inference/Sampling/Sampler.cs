namespace HunyuanOcr.Inference.Sampling;

/// <summary>Chooses the next token of a sequence from its row of logits.</summary>
/// <remarks>
/// In transformers' order: repetition penalty, temperature, top-k (ties with the k-th stay), top-p (tokens are dropped from the unlikely end
/// as long as their sum stays within 1 - p; the likeliest always stays). Equal logits: the lowest id. Log-probabilities are those after the
/// penalty and before temperature. A row without a usable number gives a choice that is not made. One instance serves one thread and allocates nothing once its buffers have the vocabulary's size.
/// </remarks>
internal sealed class Sampler
{
    private float[] penalised = [];
    private float[] scores = [];
    private int[] candidates = [];

    /// <summary>Chooses a token and remembers it.</summary>
    /// <param name="logits">[VocabularySize].</param>
    /// <param name="state">The sequence's options, random stream and seen tokens.</param>
    /// <param name="choice">Filled with the token, its log-probability and the likeliest five.</param>
    public void Choose(ReadOnlySpan<float> logits, SamplingState state, ref TokenChoice choice)
    {
        logits = Penalise(logits, state);
        Span<int> ids = choice.AlternativeIds;
        Span<float> values = choice.AlternativeLogProbabilities;
        choice.Count = LogitsSummary.Likeliest(logits, ids, values);
        float highest = choice.Count > 0 ? values[0] : float.NaN;
        double total = LogitsSummary.LogSumExp(logits, highest);
        if (!double.IsFinite(total))
        {
            choice.LogProbability = float.NaN;
            return;
        }
        choice.Id = state.Choice.Greedy ? ids[0] : Draw(logits, highest, state);
        choice.LogProbability = (float)Math.Min(0, logits[choice.Id] - total);
        for (int place = 0; place < choice.Count; place++)
            values[place] = (float)Math.Min(0, values[place] - total);
        state.Remember(choice.Id);
    }

    // As transformers' RepetitionPenaltyLogitsProcessor: once for each token of prompt and answer, however often it came.
    private ReadOnlySpan<float> Penalise(ReadOnlySpan<float> logits, SamplingState state)
    {
        // Near zero they must leave numbers: as a float a penalty may be zero, and what is divided by it more than a float holds.
        float penalty = Math.Max((float)state.Choice.RepetitionPenalty, float.Epsilon);
        if (penalty == 1 || state.Seen.IsEmpty)
            return logits;
        Span<float> changed = Room(ref penalised, logits.Length);
        logits.CopyTo(changed);
        foreach (int token in state.Seen)
            if ((uint)token < (uint)changed.Length)
                changed[token] = Math.Min(changed[token] < 0 ? changed[token] * penalty : changed[token] / penalty, float.MaxValue);
        return changed;
    }

    private int Draw(ReadOnlySpan<float> logits, float highest, SamplingState state)
    {
        SamplingChoice options = state.Choice;
        Span<int> ids = Room(ref candidates, logits.Length);
        Span<float> weights = Room(ref scores, logits.Length);
        float least = KthHighest(logits, options.TopK, ids, weights);
        int count = 0;
        for (int id = 0; id < logits.Length; id++)
        {
            if (!(logits[id] >= least))
                continue;
            ids[count] = id;
            weights[count++] = logits[id];
        }
        ids = ids[..count];
        weights = weights[..count];
        LogitsSummary.ExpScaled(weights, highest, (float)Math.Min(1 / options.Temperature, float.MaxValue));
        count = options.TopP < 1 ? KeepTopP(ids, weights, options.TopP) : count;
        return Pick(ids[..count], weights[..count], state.NextRandom());
    }

    private static float KthHighest(ReadOnlySpan<float> logits, int k, Span<int> ids, Span<float> scratch)
    {
        // Up to here keeping a short sorted list is faster than sorting the whole vocabulary.
        const int ShortList = 256;
        if (k <= 0 || k >= logits.Length)
            return float.NegativeInfinity;
        if (k <= ShortList)
        {
            LogitsSummary.Likeliest(logits, ids[..k], scratch[..k]);
            return scratch[k - 1];
        }
        logits.CopyTo(scratch);
        scratch.Sort();
        return scratch[^k];
    }

    // Leaves the candidates that stay at the front. A token below (1 - p) / n of the sum is dropped whatever the others are,
    // as n of them stay within 1 - p together; that spares sorting most of a large vocabulary.
    private static int KeepTopP(Span<int> ids, Span<float> weights, double topP)
    {
        double sum = 0;
        foreach (float weight in weights)
            sum += weight;
        double allowed = (1 - topP) * sum, hopeless = allowed / weights.Length, dropped = 0;
        int count = 0;
        for (int index = 0; index < weights.Length; index++)
        {
            if (weights[index] < hopeless)
            {
                dropped += weights[index];
                continue;
            }
            ids[count] = ids[index];
            weights[count++] = weights[index];
        }
        weights = weights[..count];
        ids = ids[..count];
        weights.Sort(ids, static (left, right) => right.CompareTo(left));
        while (count > 1 && dropped + weights[count - 1] <= allowed)
            dropped += weights[--count];
        return count;
    }

    private static int Pick(ReadOnlySpan<int> ids, ReadOnlySpan<float> weights, double random)
    {
        double sum = 0;
        foreach (float weight in weights)
            sum += weight;
        double target = random * sum;
        int last = 0;
        for (int index = 0; index < ids.Length; index++)
        {
            if (weights[index] <= 0)
                continue;
            last = index;
            target -= weights[index];
            if (target < 0)
                break;
        }
        return ids[last];
    }

    private static Span<T> Room<T>(ref T[] buffer, int length)
    {
        if (buffer.Length < length)
            buffer = new T[length];
        return buffer.AsSpan(0, length);
    }
}
