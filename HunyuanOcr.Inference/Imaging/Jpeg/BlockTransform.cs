using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace HunyuanOcr.Inference.Imaging.Jpeg;

/// <summary>Coefficients of a block to its 8 x 8 samples: libjpeg's exact integer transform (jidctint), with the widths and roundings of libjpeg-turbo's
/// vector code, so that the samples are the same bit for bit, those of senseless coefficients too.</summary>
internal static unsafe class BlockTransform
{
    private const int ConstantBits = 13;
    private const int FirstPassBits = 2;

    /// <summary>Makes the samples of a block.</summary>
    /// <param name="coefficients">64 in natural order, before they are multiplied with the quantiser's factors.</param>
    /// <param name="quantiser">64 factors.</param>
    /// <param name="last">Which stored coefficient is the last that is not 0.</param>
    /// <param name="samples">First sample of the block.</param>
    /// <param name="stride">Bytes from row to row.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Run(short* coefficients, short* quantiser, int last, byte* samples, int stride)
    {
        if (last == 0)
        {
            Flat((short)(coefficients[0] * quantiser[0]), samples, stride);
            return;
        }
        Unsafe.SkipInit(out Rows rows);
        for (int row = 0; row < 8; row++)
            rows[row] = Vector128.Load(coefficients + (row * 8)) * Vector128.Load(quantiser + (row * 8));
        Vector128<short> below = (rows[1] | rows[2] | rows[3]) | (rows[4] | rows[5] | rows[6]) | rows[7];
        if (below == Vector128<short>.Zero)
        {
            Vector128<short> first = rows[0] << FirstPassBits;
            for (int row = 0; row < 8; row++)
                rows[row] = first;
        }
        else
        {
            Pass(ref rows, ConstantBits - FirstPassBits);
        }
        Transpose(ref rows);
        Pass(ref rows, ConstantBits + FirstPassBits + 3);
        Transpose(ref rows);
        Vector128<byte> centre = Vector128.Create((byte)128);
        for (int row = 0; row < 8; row += 2, samples += 2 * stride)
        {
            Vector128<byte> two = Sse2.PackSignedSaturate(rows[row], rows[row + 1]).AsByte() + centre;
            *(ulong*)samples = two.AsUInt64().ToScalar();
            *(ulong*)(samples + stride) = two.AsUInt64().GetElement(1);
        }
    }

    /// <summary>A block that is one level all over.</summary>
    private static void Flat(short coefficient, byte* samples, int stride)
    {
        int level = ((short)(coefficient << FirstPassBits) + 16) >> 5;
        ulong row = 0x0101010101010101UL * (byte)(Math.Clamp(level, -128, 127) + 128);
        for (int y = 0; y < 8; y++, samples += stride)
            *(ulong*)samples = row;
    }

    /// <summary>Eight transforms of eight numbers side by side, down the rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pass(ref Rows rows, [ConstantExpected] int shift)
    {
        // Even part.
        (Vector128<int> low2, Vector128<int> high2) = Rotate(rows[2], rows[6], 4433, -10704);
        (Vector128<int> low3, Vector128<int> high3) = Rotate(rows[2], rows[6], 10703, 4433);
        (Vector128<int> low0, Vector128<int> high0) = Widen(rows[0] + rows[4]);
        (Vector128<int> low1, Vector128<int> high1) = Widen(rows[0] - rows[4]);
        (Vector128<int> evenLow0, Vector128<int> evenHigh0) = (low0 + low3, high0 + high3);
        (Vector128<int> evenLow3, Vector128<int> evenHigh3) = (low0 - low3, high0 - high3);
        (Vector128<int> evenLow1, Vector128<int> evenHigh1) = (low1 + low2, high1 + high2);
        (Vector128<int> evenLow2, Vector128<int> evenHigh2) = (low1 - low2, high1 - high2);

        // Odd part.
        Vector128<short> z3 = rows[7] + rows[3], z4 = rows[5] + rows[1];
        (Vector128<int> z3Low, Vector128<int> z3High) = Rotate(z3, z4, -6436, 9633);
        (Vector128<int> z4Low, Vector128<int> z4High) = Rotate(z3, z4, 9633, 6437);
        (Vector128<int> oddLow0, Vector128<int> oddHigh0) = Rotate(rows[7], rows[1], -4927, -7373);
        (Vector128<int> oddLow1, Vector128<int> oddHigh1) = Rotate(rows[5], rows[3], -4176, -20995);
        (Vector128<int> oddLow2, Vector128<int> oddHigh2) = Rotate(rows[5], rows[3], -20995, 4177);
        (Vector128<int> oddLow3, Vector128<int> oddHigh3) = Rotate(rows[7], rows[1], -7373, 4926);
        (oddLow0, oddHigh0) = (oddLow0 + z3Low, oddHigh0 + z3High);
        (oddLow1, oddHigh1) = (oddLow1 + z4Low, oddHigh1 + z4High);
        (oddLow2, oddHigh2) = (oddLow2 + z3Low, oddHigh2 + z3High);
        (oddLow3, oddHigh3) = (oddLow3 + z4Low, oddHigh3 + z4High);

        rows[0] = Narrow(evenLow0 + oddLow3, evenHigh0 + oddHigh3, shift);
        rows[7] = Narrow(evenLow0 - oddLow3, evenHigh0 - oddHigh3, shift);
        rows[1] = Narrow(evenLow1 + oddLow2, evenHigh1 + oddHigh2, shift);
        rows[6] = Narrow(evenLow1 - oddLow2, evenHigh1 - oddHigh2, shift);
        rows[2] = Narrow(evenLow2 + oddLow1, evenHigh2 + oddHigh1, shift);
        rows[5] = Narrow(evenLow2 - oddLow1, evenHigh2 - oddHigh1, shift);
        rows[3] = Narrow(evenLow3 + oddLow0, evenHigh3 + oddHigh0, shift);
        rows[4] = Narrow(evenLow3 - oddLow0, evenHigh3 - oddHigh0, shift);
    }

    /// <summary>first * a + second * b in 32 bits, of the lower and the upper four columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector128<int> Low, Vector128<int> High) Rotate(Vector128<short> first, Vector128<short> second, short a, short b)
    {
        Vector128<short> factors = Vector128.Create((ushort)a | (b << 16)).AsInt16();
        return (Sse2.MultiplyAddAdjacent(Sse2.UnpackLow(first, second), factors), Sse2.MultiplyAddAdjacent(Sse2.UnpackHigh(first, second), factors));
    }

    /// <summary>Numbers times 2 to the power of <see cref="ConstantBits"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Vector128<int> Low, Vector128<int> High) Widen(Vector128<short> numbers) =>
        (Sse2.UnpackLow(Vector128<short>.Zero, numbers).AsInt32() >> (16 - ConstantBits), Sse2.UnpackHigh(Vector128<short>.Zero, numbers).AsInt32() >> (16 - ConstantBits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<short> Narrow(Vector128<int> low, Vector128<int> high, [ConstantExpected] int shift)
    {
        Vector128<int> half = Vector128.Create(1 << (shift - 1));
        return Sse2.PackSignedSaturate((low + half) >> shift, (high + half) >> shift);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose(ref Rows rows)
    {
        Vector128<int> a0 = Sse2.UnpackLow(rows[0], rows[1]).AsInt32(), a1 = Sse2.UnpackHigh(rows[0], rows[1]).AsInt32();
        Vector128<int> a2 = Sse2.UnpackLow(rows[2], rows[3]).AsInt32(), a3 = Sse2.UnpackHigh(rows[2], rows[3]).AsInt32();
        Vector128<int> a4 = Sse2.UnpackLow(rows[4], rows[5]).AsInt32(), a5 = Sse2.UnpackHigh(rows[4], rows[5]).AsInt32();
        Vector128<int> a6 = Sse2.UnpackLow(rows[6], rows[7]).AsInt32(), a7 = Sse2.UnpackHigh(rows[6], rows[7]).AsInt32();
        Vector128<long> b0 = Sse2.UnpackLow(a0, a2).AsInt64(), b1 = Sse2.UnpackHigh(a0, a2).AsInt64();
        Vector128<long> b2 = Sse2.UnpackLow(a1, a3).AsInt64(), b3 = Sse2.UnpackHigh(a1, a3).AsInt64();
        Vector128<long> b4 = Sse2.UnpackLow(a4, a6).AsInt64(), b5 = Sse2.UnpackHigh(a4, a6).AsInt64();
        Vector128<long> b6 = Sse2.UnpackLow(a5, a7).AsInt64(), b7 = Sse2.UnpackHigh(a5, a7).AsInt64();
        (rows[0], rows[1]) = (Sse2.UnpackLow(b0, b4).AsInt16(), Sse2.UnpackHigh(b0, b4).AsInt16());
        (rows[2], rows[3]) = (Sse2.UnpackLow(b1, b5).AsInt16(), Sse2.UnpackHigh(b1, b5).AsInt16());
        (rows[4], rows[5]) = (Sse2.UnpackLow(b2, b6).AsInt16(), Sse2.UnpackHigh(b2, b6).AsInt16());
        (rows[6], rows[7]) = (Sse2.UnpackLow(b3, b7).AsInt16(), Sse2.UnpackHigh(b3, b7).AsInt16());
    }

    /// <summary>Eight rows of eight numbers.</summary>
    [InlineArray(8)]
    private struct Rows
    {
        private Vector128<short> _first;
    }
}
