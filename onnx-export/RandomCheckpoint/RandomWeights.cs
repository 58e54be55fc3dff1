namespace OnnxExport.RandomCheckpoint;

/// <summary>Random BF16 numbers of the spread of a trained model's: the same for a seed and a name, whatever the layout or the shards.</summary>
internal sealed class RandomWeights
{
    // A sum of four uniform bytes is near enough to a normal distribution; its standard deviation is 147.8 steps.
    private const float Step = 0.02f / 147.8f;

    private readonly float offset;
    private ulong state;

    /// <param name="name">Canonical name: weights of norms lie around 1, all else around 0.</param>
    public RandomWeights(string name, ulong seed)
    {
        offset = name.Contains("norm", StringComparison.Ordinal) && name.EndsWith(".weight", StringComparison.Ordinal)
            || name.EndsWith("_rms.weight", StringComparison.Ordinal) ? 1 : 0;
        state = seed;
        foreach (char letter in name)
            state = (state ^ letter) * 0x100000001B3;
    }

    public void Fill(Span<ushort> values)
    {
        for (int i = 0; i < values.Length; i += 2)
        {
            ulong bits = Next();
            values[i] = Value((uint)bits);
            if (i + 1 < values.Length)
                values[i + 1] = Value((uint)(bits >> 32));
        }
    }

    private ushort Value(uint bits)
    {
        int sum = (int)(bits & 255) + (int)(bits >> 8 & 255) + (int)(bits >> 16 & 255) + (int)(bits >> 24) - 510;
        uint single = BitConverter.SingleToUInt32Bits(offset + sum * Step);
        return (ushort)((single + 0x7FFF + (single >> 16 & 1)) >> 16);
    }

    // SplitMix64.
    private ulong Next()
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
        z = (z ^ z >> 27) * 0x94D049BB133111EB;
        return z ^ z >> 31;
    }
}
