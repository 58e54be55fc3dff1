namespace HunyuanOcr.Inference.Imaging;

/// <summary>The weights of one direction of a bicubic resize in Pillow's fixed point (a = -0.5, 22 bits), each target pixel's taps padded with zeros to a multiple of <see cref="Group"/>.</summary>
/// <remarks>A weight stands in two halves, weight = High * 2^11 + Low, so that 16-bit multiplications give the exact 32-bit sum.</remarks>
internal sealed class ResampleWeights
{
    /// <summary>Bits behind the point.</summary>
    internal const int Precision = 22;

    /// <summary>Bits of the low half.</summary>
    internal const int LowBits = 11;

    /// <summary>Taps that a vector step takes.</summary>
    internal const int Group = 4;

    private const double Support = 2.0;

    private ResampleWeights(int target, int taps)
    {
        First = new int[target];
        Count = new int[target];
        Taps = taps;
        High = new short[target * taps];
        Low = new short[target * taps];
    }

    /// <summary>First source pixel of each target pixel.</summary>
    internal int[] First { get; }

    /// <summary>Source pixels of each target pixel.</summary>
    internal int[] Count { get; }

    /// <summary>Places for taps of one target pixel, padding included.</summary>
    internal int Taps { get; }

    /// <summary>[target, Taps] upper halves.</summary>
    internal short[] High { get; }

    /// <summary>[target, Taps] lower halves, 0 to 2047.</summary>
    internal short[] Low { get; }

    /// <summary>Source pixels from the first one used to behind the last one used.</summary>
    internal (int First, int End) Used => (First[0], First[^1] + Count[^1]);

    /// <summary>Pillow's precompute_coeffs and normalize_coeffs_8bpc, in the same order of operations.</summary>
    internal static ResampleWeights Compute(int source, int target)
    {
        double scale = (double)source / target;
        double filterScale = Math.Max(1.0, scale);
        double support = Support * filterScale;
        double shrink = 1.0 / filterScale;
        int most = ((int)Math.Ceiling(support) * 2) + 1;
        ResampleWeights weights = new(target, (most + Group - 1) / Group * Group);
        double[] taps = new double[most];
        for (int i = 0; i < target; i++)
        {
            double centre = (i + 0.5) * scale;
            int first = Math.Max(0, (int)(centre - support + 0.5));
            int count = Math.Min(source, (int)(centre + support + 0.5)) - first;
            double sum = 0;
            for (int t = 0; t < count; t++)
            {
                taps[t] = Bicubic((t + first - centre + 0.5) * shrink);
                sum += taps[t];
            }
            weights.Set(i, first, taps.AsSpan(0, count), sum);
        }
        return weights;
    }

    private void Set(int target, int first, ReadOnlySpan<double> taps, double sum)
    {
        First[target] = first;
        Count[target] = taps.Length;
        for (int t = 0; t < taps.Length; t++)
        {
            double weight = (sum != 0 ? taps[t] / sum : taps[t]) * (1 << Precision);
            int whole = (int)(weight < 0 ? weight - 0.5 : weight + 0.5);
            High[(target * Taps) + t] = (short)(whole >> LowBits);
            Low[(target * Taps) + t] = (short)(whole & ((1 << LowBits) - 1));
        }
    }

    private static double Bicubic(double x)
    {
        const double A = -0.5;
        x = Math.Abs(x);
        if (x < 1.0)
            return ((((A + 2.0) * x) - (A + 3.0)) * x * x) + 1;
        return x < 2.0 ? ((((x - 5) * x) + 8) * x - 4) * A : 0.0;
    }
}
