using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace HunyuanOcr.Inference.Imaging.Jpeg;

/// <summary>Rows of Y, Cb and Cr to red, green and blue, and chroma spread over the pixels that share it: libjpeg's numbers, bit for bit.</summary>
internal static unsafe class LumaChroma
{
    /// <summary>Bytes in front of a row of chroma and behind it, for neighbours that do not exist and vectors that run over its end.</summary>
    internal const int Margin = 32;

    private const int PixelsAtOnce = 8;

    /// <summary>Doubles a row of chroma across ("fancy" in libjpeg): three parts of the sample itself, one of its neighbour on that side.</summary>
    /// <param name="samples">The row.</param>
    /// <param name="count">Samples, at least 2.</param>
    /// <param name="sums">Room for <paramref name="count"/> numbers and <see cref="Margin"/> before and behind.</param>
    /// <param name="spread">Twice as many, and <see cref="Margin"/> behind.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Widen(byte* samples, int count, ushort* sums, byte* spread)
    {
        for (int x = 0; x < count; x += PixelsAtOnce)
            Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(ulong*)(samples + x)).AsByte()).Store(sums + x);
        Spread(sums, count, spread, (1, 2), 2);
    }

    /// <summary>Doubles a row of chroma both ways: three parts of this row, one of the one above or below, then the same across.</summary>
    /// <param name="samples">The row.</param>
    /// <param name="neighbour">The row above or below.</param>
    /// <param name="count">Samples, at least 2.</param>
    /// <param name="sums">As above.</param>
    /// <param name="spread">As above.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Widen(byte* samples, byte* neighbour, int count, ushort* sums, byte* spread)
    {
        for (int x = 0; x < count; x += PixelsAtOnce)
        {
            Vector128<ushort> near = Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(ulong*)(samples + x)).AsByte());
            Vector128<ushort> far = Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(ulong*)(neighbour + x)).AsByte());
            (near + near + near + far).Store(sums + x);
        }
        Spread(sums, count, spread, (8, 7), 4);
    }

    /// <summary>A row of pixels.</summary>
    /// <param name="y">Luma; like both of chroma readable for <see cref="Margin"/> bytes behind the last.</param>
    /// <param name="cb">Blue chroma, one for each pixel.</param>
    /// <param name="cr">Red chroma, likewise.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="rgb">[width, 3]; nothing is written behind them, where another thread's row may begin.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void ToRgb(byte* y, byte* cb, byte* cr, int width, byte* rgb)
    {
        int x = 0;
        for (; x + PixelsAtOnce <= width; x += PixelsAtOnce)
            ToRgb(y + x, cb + x, cr + x, rgb + (x * 3));
        if (x == width)
            return;
        byte* rest = stackalloc byte[PixelsAtOnce * 3];
        ToRgb(y + x, cb + x, cr + x, rest);
        new ReadOnlySpan<byte>(rest, (width - x) * 3).CopyTo(new Span<byte>(rgb + (x * 3), (width - x) * 3));
    }

    /// <summary>Eight pixels, 24 bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ToRgb(byte* y, byte* cb, byte* cr, byte* rgb)
    {
        Vector256<int> centre = Vector256.Create(128), half = Vector256.Create(1 << 15);
        Vector256<int> light = Avx2.ConvertToVector256Int32(y), blue = Avx2.ConvertToVector256Int32(cb) - centre, red = Avx2.ConvertToVector256Int32(cr) - centre;
        // 1.402, 0.34414, 0.71414 and 1.772 times 2 to the power of 16.
        Vector128<short> r = Narrow(light + (((red * 91881) + half) >> 16));
        Vector128<short> g = Narrow(light + (((blue * -22554) + (red * -46802) + half) >> 16));
        Vector128<short> b = Narrow(light + (((blue * 116130) + half) >> 16));
        Vector128<byte> redGreen = Sse2.PackUnsignedSaturate(r, g), blues = Sse2.PackUnsignedSaturate(b, b);
        Vector128<byte> first = Ssse3.Shuffle(redGreen, Vector128.Create((byte)0, 8, 255, 1, 9, 255, 2, 10, 255, 3, 11, 255, 4, 12, 255, 5))
            | Ssse3.Shuffle(blues, Vector128.Create((byte)255, 255, 0, 255, 255, 1, 255, 255, 2, 255, 255, 3, 255, 255, 4, 255));
        Vector128<byte> rest = Ssse3.Shuffle(redGreen, Vector128.Create((byte)13, 255, 6, 14, 255, 7, 15, 255, 255, 255, 255, 255, 255, 255, 255, 255))
            | Ssse3.Shuffle(blues, Vector128.Create((byte)255, 5, 255, 255, 6, 255, 255, 7, 255, 255, 255, 255, 255, 255, 255, 255));
        first.Store(rgb);
        *(ulong*)(rgb + 16) = rest.AsUInt64().ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<short> Narrow(Vector256<int> numbers) => Sse2.PackSignedSaturate(numbers.GetLower(), numbers.GetUpper());

    /// <summary>Two samples for each of <paramref name="sums"/>: the left leans to its left neighbour, the right to its right; at the row's ends to itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Spread(ushort* sums, int count, byte* spread, (ushort Left, ushort Right) rounding, [ConstantExpected] int shift)
    {
        (sums[-1], sums[count]) = (sums[0], sums[count - 1]);
        Vector128<ushort> left = Vector128.Create(rounding.Left), right = Vector128.Create(rounding.Right);
        for (int x = 0; x < count; x += PixelsAtOnce)
        {
            Vector128<ushort> own = Vector128.Load(sums + x);
            own += own + own;
            Vector128<ushort> lefts = (own + Vector128.Load(sums + x - 1) + left) >> shift, rights = (own + Vector128.Load(sums + x + 1) + right) >> shift;
            (lefts | (rights << 8)).AsByte().Store(spread + (2 * x));
        }
    }
}
