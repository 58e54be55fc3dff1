using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace HunyuanOcr.Inference.Imaging;

/// <summary>Pillow's Image.resize(BICUBIC) for 8-bit RGB, bit for bit: across first, rounded to 8 bits, then down; a direction that keeps its size is left out.</summary>
/// <remarks>
/// After Pillow's src/libImaging/Resample.c. With AVX2 four taps are taken at a time; the sums are the same integers.
/// The loops are compiled at their best at once: the first picture after a start would else take five times as long.
/// </remarks>
internal static unsafe class BicubicResampler
{
    // Rows that share one load of weights.
    private const int RowsAtOnce = 4;
    private const int RowsBetweenChecks = 64;

    /// <summary>Resizes into a new image.</summary>
    /// <param name="source">What is resized.</param>
    /// <param name="width">Pixels across of the result.</param>
    /// <param name="height">Pixels down.</param>
    /// <param name="cancellationToken">Ends the work between rows.</param>
    /// <param name="pool">Lends the memory of the result; null takes it from the system.</param>
    /// <param name="vectors">False for the plain way also where there is AVX2.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    internal static RgbImage Resize(RgbImage source, int width, int height, CancellationToken cancellationToken, PixelPool? pool = null, bool vectors = true)
    {
        vectors &= Avx2.IsSupported;
        if (source.Width == width && source.Height == height)
        {
            RgbImage copy = new(width, height, pool);
            source.Pixels.CopyTo(copy.Pixels);
            return copy;
        }
        ResampleWeights down = ResampleWeights.Compute(source.Height, height);
        if (source.Width == width)
            return Down(source, 0, height, down, pool, vectors, cancellationToken);
        // Only the rows that the second direction uses.
        (int first, int end) = source.Height == height ? (0, height) : down.Used;
        RgbImage across = Across(source, first, end - first, width, pool, vectors, cancellationToken);
        if (source.Height == height)
            return across;
        using (across)
            return Down(across, first, height, down, pool, vectors, cancellationToken);
    }

    private static RgbImage Across(RgbImage source, int top, int rows, int width, PixelPool? pool, bool vectors, CancellationToken cancellationToken)
    {
        ResampleWeights weights = ResampleWeights.Compute(source.Width, width);
        RgbImage target = new(width, rows, pool);
        try
        {
            for (int y = 0; y < rows; y += RowsAtOnce)
            {
                if (y % RowsBetweenChecks == 0)
                    cancellationToken.ThrowIfCancellationRequested();
                byte* from = source.Start + ((long)(top + y) * source.Stride);
                byte* to = target.Start + ((long)y * target.Stride);
                if (vectors && y + RowsAtOnce <= rows)
                    AcrossFourRows(from, source.Stride, to, target.Stride, weights);
                else
                    for (int r = 0; r < Math.Min(RowsAtOnce, rows - y); r++)
                        AcrossRow(from + ((long)r * source.Stride), to + ((long)r * target.Stride), weights);
            }
            return target;
        }
        catch
        {
            target.Dispose();
            throw;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AcrossRow(byte* from, byte* to, ResampleWeights weights)
    {
        for (int x = 0; x < weights.First.Length; x++, to += 3)
        {
            byte* tap = from + (weights.First[x] * 3);
            int red = 1 << (ResampleWeights.Precision - 1), green = red, blue = red;
            for (int t = 0, w = x * weights.Taps; t < weights.Count[x]; t++, w++, tap += 3)
            {
                int weight = (weights.High[w] << ResampleWeights.LowBits) + weights.Low[w];
                red += tap[0] * weight;
                green += tap[1] * weight;
                blue += tap[2] * weight;
            }
            (to[0], to[1], to[2]) = (Clip(red), Clip(green), Clip(blue));
        }
    }

    /// <summary>Four rows of one target picture. Loads run up to 16 bytes past the last tap, into <see cref="RgbImage.Padding"/> at the very end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AcrossFourRows(byte* from, int fromStride, byte* to, int toStride, ResampleWeights weights)
    {
        // Twelve bytes of four pixels become pairs of the same colour in 16 bits: lane 0 pixels 0 and 1, lane 1 pixels 2 and 3.
        Vector256<byte> pair = Vector256.Create((byte)0, 255, 3, 255, 1, 255, 4, 255, 2, 255, 5, 255, 255, 255, 255, 255, 6, 255, 9, 255, 7, 255, 10, 255, 8, 255, 11, 255, 255, 255, 255, 255);
        // The two weights of a pair, once for each colour.
        Vector256<byte> spread = Vector256.Create((byte)0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 255, 255, 255, 255, 4, 5, 6, 7, 4, 5, 6, 7, 4, 5, 6, 7, 255, 255, 255, 255);
        fixed (short* highs = weights.High, lows = weights.Low)
        {
            for (int x = 0; x < weights.First.Length; x++, to += 3)
            {
                byte* tap = from + (weights.First[x] * 3);
                short* high = highs + (x * weights.Taps);
                short* low = lows + (x * weights.Taps);
                Vector256<int> h0 = default, h1 = default, h2 = default, h3 = default, l0 = default, l1 = default, l2 = default, l3 = default;
                for (int t = 0; t < weights.Count[x]; t += ResampleWeights.Group, tap += 3 * ResampleWeights.Group)
                {
                    Vector256<short> wh = Avx2.Shuffle(Vector256.Create(*(long*)(high + t)).AsByte(), spread).AsInt16();
                    Vector256<short> wl = Avx2.Shuffle(Vector256.Create(*(long*)(low + t)).AsByte(), spread).AsInt16();
                    Add(tap, pair, wh, wl, ref h0, ref l0);
                    Add(tap + fromStride, pair, wh, wl, ref h1, ref l1);
                    Add(tap + (2L * fromStride), pair, wh, wl, ref h2, ref l2);
                    Add(tap + (3L * fromStride), pair, wh, wl, ref h3, ref l3);
                }
                Store(to, h0, l0);
                Store(to + toStride, h1, l1);
                Store(to + (2L * toStride), h2, l2);
                Store(to + (3L * toStride), h3, l3);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(byte* tap, Vector256<byte> pair, Vector256<short> high, Vector256<short> low, ref Vector256<int> highSum, ref Vector256<int> lowSum)
    {
        Vector256<short> pixels = Avx2.Shuffle(Avx2.BroadcastVector128ToVector256(tap), pair).AsInt16();
        highSum += Avx2.MultiplyAddAdjacent(pixels, high);
        lowSum += Avx2.MultiplyAddAdjacent(pixels, low);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(byte* to, Vector256<int> high, Vector256<int> low)
    {
        Vector256<int> both = (high << ResampleWeights.LowBits) + low;
        Vector128<int> sum = both.GetLower() + both.GetUpper() + Vector128.Create(1 << (ResampleWeights.Precision - 1));
        Vector128<short> words = Sse2.PackSignedSaturate(sum >> ResampleWeights.Precision, Vector128<int>.Zero);
        uint colours = Sse2.PackUnsignedSaturate(words, words).AsUInt32().ToScalar();
        *(ushort*)to = (ushort)colours;
        to[2] = (byte)(colours >> 16);
    }

    // Row 0 of source is row top of the picture that the weights are for.
    private static RgbImage Down(RgbImage source, int top, int height, ResampleWeights weights, PixelPool? pool, bool vectors, CancellationToken cancellationToken)
    {
        RgbImage target = new(source.Width, height, pool);
        try
        {
            for (int y = 0; y < height; y++)
            {
                if (y % RowsBetweenChecks == 0)
                    cancellationToken.ThrowIfCancellationRequested();
                byte* from = source.Start + ((long)(weights.First[y] - top) * source.Stride);
                ReadOnlySpan<short> high = weights.High.AsSpan(y * weights.Taps, weights.Count[y]);
                ReadOnlySpan<short> low = weights.Low.AsSpan(y * weights.Taps, weights.Count[y]);
                byte* to = target.Start + ((long)y * target.Stride);
                int done = vectors ? DownSixteens(from, source.Stride, to, high, low) : 0;
                for (int i = done; i < target.Stride; i++)
                    to[i] = DownOne(from + i, source.Stride, high, low);
            }
            return target;
        }
        catch
        {
            target.Dispose();
            throw;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static byte DownOne(byte* from, int stride, ReadOnlySpan<short> high, ReadOnlySpan<short> low)
    {
        int sum = 1 << (ResampleWeights.Precision - 1);
        for (int t = 0; t < high.Length; t++, from += stride)
            sum += *from * ((high[t] << ResampleWeights.LowBits) + low[t]);
        return Clip(sum);
    }

    /// <summary>Sixteen bytes of a target row at a time, two taps at a time.</summary>
    /// <returns>Bytes done.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int DownSixteens(byte* from, int stride, byte* to, ReadOnlySpan<short> high, ReadOnlySpan<short> low)
    {
        int i = 0;
        for (; i + 16 <= stride; i += 16)
        {
            Vector256<int> hl = default, hh = default, ll = default, lh = default;
            byte* row = from + i;
            for (int t = 0; t < high.Length; t += 2, row += 2L * stride)
            {
                bool last = t + 1 == high.Length;
                Vector128<byte> a = Vector128.Load(row);
                Vector128<byte> b = last ? Vector128<byte>.Zero : Vector128.Load(row + stride);
                Vector256<short> left = Avx2.ConvertToVector256Int16(Sse2.UnpackLow(a, b));
                Vector256<short> right = Avx2.ConvertToVector256Int16(Sse2.UnpackHigh(a, b));
                Vector256<short> wh = Pair(high[t], last ? (short)0 : high[t + 1]);
                Vector256<short> wl = Pair(low[t], last ? (short)0 : low[t + 1]);
                hl += Avx2.MultiplyAddAdjacent(left, wh);
                hh += Avx2.MultiplyAddAdjacent(right, wh);
                ll += Avx2.MultiplyAddAdjacent(left, wl);
                lh += Avx2.MultiplyAddAdjacent(right, wl);
            }
            Vector256<int> half = Vector256.Create(1 << (ResampleWeights.Precision - 1));
            Vector256<int> lower = ((hl << ResampleWeights.LowBits) + ll + half) >> ResampleWeights.Precision;
            Vector256<int> upper = ((hh << ResampleWeights.LowBits) + lh + half) >> ResampleWeights.Precision;
            // Packing works within lanes, so halves are joined from 128-bit parts to keep their order.
            Vector128<short> first = Sse2.PackSignedSaturate(lower.GetLower(), lower.GetUpper());
            Vector128<short> second = Sse2.PackSignedSaturate(upper.GetLower(), upper.GetUpper());
            Sse2.PackUnsignedSaturate(first, second).Store(to + i);
        }
        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Pair(short first, short second) => Vector256.Create((ushort)first | (second << 16)).AsInt16();

    private static byte Clip(int sum) => (byte)Math.Clamp(sum >> ResampleWeights.Precision, 0, 255);
}
