using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace HunyuanOcr.Inference.Execution.Cpu.Kernels;

/// <summary>Sums and exponentials of vectors of either width.</summary>
internal static unsafe class VectorMath<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    /// <summary>1.5 * 2^23: a float this large has no fraction bits left, so adding it rounds to a whole number.</summary>
    private const float Shifter = 12582912f;

    /// <summary>e^x for x from -87.3 to 88; what lies outside is taken as the nearest end. Relative error below 2e-7.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Exp(TVector x)
    {
        // e^x = 2^n * e^r with n whole and |r| <= ln 2 / 2; ln 2 is split in two parts so that r keeps its last bits (Cephes expf).
        x = TLanes.Min(TLanes.Max(x, TLanes.Create(-87.3f)), TLanes.Create(88f));
        TVector shifted = TLanes.MultiplyAdd(x, TLanes.Create(1.44269504f), TLanes.Create(Shifter));
        TVector n = TLanes.Subtract(shifted, TLanes.Create(Shifter));
        TVector r = TLanes.MultiplyAdd(n, TLanes.Create(-0.693359375f), x);
        r = TLanes.MultiplyAdd(n, TLanes.Create(2.12194440e-4f), r);
        TVector p = TLanes.Create(1.9875691500e-4f);
        p = TLanes.MultiplyAdd(p, r, TLanes.Create(1.3981999507e-3f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Create(8.3334519073e-3f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Create(4.1665795894e-2f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Create(1.6666665459e-1f));
        p = TLanes.MultiplyAdd(p, r, TLanes.Create(5.0000001201e-1f));
        p = TLanes.MultiplyAdd(p, TLanes.Multiply(r, r), TLanes.Add(r, TLanes.Create(1f)));
        return TLanes.AddExponent(p, shifted);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(TVector vector)
    {
        Vector128<float> four = TLanes.Fold(vector);
        return (four[0] + four[2]) + (four[1] + four[3]);
    }

    /// <summary>The sums of four vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Sums(TVector a, TVector b, TVector c, TVector d)
    {
        if (Sse3.IsSupported)
            return Sse3.HorizontalAdd(Sse3.HorizontalAdd(TLanes.Fold(a), TLanes.Fold(b)), Sse3.HorizontalAdd(TLanes.Fold(c), TLanes.Fold(d)));
        return Vector128.Create(Sum(a), Sum(b), Sum(c), Sum(d));
    }

    /// <summary>target[i] *= factor over <paramref name="count"/> floats, a multiple of 16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Scale(float* target, float factor, int count)
    {
        TVector by = TLanes.Create(factor);
        for (int i = 0; i < count; i += TLanes.Count)
            TLanes.Store(TLanes.Multiply(TLanes.Load(target + i), by), target + i);
    }
}
