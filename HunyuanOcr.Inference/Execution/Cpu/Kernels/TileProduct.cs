using System.Runtime.CompilerServices;

namespace HunyuanOcr.Inference.Execution.Cpu.Kernels;

/// <summary>Products of small matrices held in cache: six rows by two vectors of columns stay in registers.</summary>
internal static unsafe class TileProduct<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    /// <summary>Rows that are worked on together; row counts are rounded up to it.</summary>
    public const int Rows = 6;

    /// <summary>Columns that are worked on together; column counts are a multiple of it.</summary>
    public static int Columns => 2 * TLanes.Count;

    /// <summary>c = a * b, or c += a * b.</summary>
    /// <param name="a">[rows, depth], rows <paramref name="aStride"/> floats apart.</param>
    /// <param name="aStride">Floats from row to row.</param>
    /// <param name="b">[depth, columns], rows <paramref name="bStride"/> floats apart.</param>
    /// <param name="bStride">Floats from row to row.</param>
    /// <param name="c">[rows, columns], rows <paramref name="cStride"/> floats apart.</param>
    /// <param name="cStride">Floats from row to row.</param>
    /// <param name="rows">A multiple of <see cref="Rows"/>.</param>
    /// <param name="columns">A multiple of <see cref="Columns"/>.</param>
    /// <param name="depth">Any.</param>
    /// <param name="accumulate">Whether to add to c.</param>
    public static void Multiply(float* a, int aStride, float* b, int bStride, float* c, int cStride, int rows, int columns, int depth, bool accumulate)
    {
        for (int column = 0; column < columns; column += Columns)
            for (int row = 0; row < rows; row += Rows)
                Block(a + ((long)row * aStride), aStride, b + column, bStride, c + ((long)row * cStride) + column, cStride, depth, accumulate);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Block(float* a, int aStride, float* b, int bStride, float* c, int cStride, int depth, bool accumulate)
    {
        TVector c00, c01, c10, c11, c20, c21, c30, c31, c40, c41, c50, c51;
        float* r0 = c, r1 = r0 + cStride, r2 = r1 + cStride, r3 = r2 + cStride, r4 = r3 + cStride, r5 = r4 + cStride;
        if (accumulate)
        {
            (c00, c01) = (TLanes.Load(r0), TLanes.Load(r0 + TLanes.Count));
            (c10, c11) = (TLanes.Load(r1), TLanes.Load(r1 + TLanes.Count));
            (c20, c21) = (TLanes.Load(r2), TLanes.Load(r2 + TLanes.Count));
            (c30, c31) = (TLanes.Load(r3), TLanes.Load(r3 + TLanes.Count));
            (c40, c41) = (TLanes.Load(r4), TLanes.Load(r4 + TLanes.Count));
            (c50, c51) = (TLanes.Load(r5), TLanes.Load(r5 + TLanes.Count));
        }
        else
        {
            c00 = c01 = c10 = c11 = c20 = c21 = c30 = c31 = c40 = c41 = c50 = c51 = TLanes.Create(0f);
        }

        float* a1 = a + aStride, a2 = a1 + aStride, a3 = a2 + aStride, a4 = a3 + aStride, a5 = a4 + aStride;
        for (int k = 0; k < depth; k++, b += bStride)
        {
            TVector b0 = TLanes.Load(b), b1 = TLanes.Load(b + TLanes.Count);
            TVector x = TLanes.Create(a[k]);
            c00 = TLanes.MultiplyAdd(x, b0, c00);
            c01 = TLanes.MultiplyAdd(x, b1, c01);
            x = TLanes.Create(a1[k]);
            c10 = TLanes.MultiplyAdd(x, b0, c10);
            c11 = TLanes.MultiplyAdd(x, b1, c11);
            x = TLanes.Create(a2[k]);
            c20 = TLanes.MultiplyAdd(x, b0, c20);
            c21 = TLanes.MultiplyAdd(x, b1, c21);
            x = TLanes.Create(a3[k]);
            c30 = TLanes.MultiplyAdd(x, b0, c30);
            c31 = TLanes.MultiplyAdd(x, b1, c31);
            x = TLanes.Create(a4[k]);
            c40 = TLanes.MultiplyAdd(x, b0, c40);
            c41 = TLanes.MultiplyAdd(x, b1, c41);
            x = TLanes.Create(a5[k]);
            c50 = TLanes.MultiplyAdd(x, b0, c50);
            c51 = TLanes.MultiplyAdd(x, b1, c51);
        }

        Store(r0, c00, c01);
        Store(r1, c10, c11);
        Store(r2, c20, c21);
        Store(r3, c30, c31);
        Store(r4, c40, c41);
        Store(r5, c50, c51);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* row, TVector left, TVector right)
    {
        TLanes.Store(left, row);
        TLanes.Store(right, row + TLanes.Count);
    }
}
