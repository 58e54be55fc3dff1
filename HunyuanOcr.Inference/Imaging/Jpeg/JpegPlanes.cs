namespace HunyuanOcr.Inference.Imaging.Jpeg;

/// <summary>Samples of a JPEG on their way from coefficients to pixels, by rows of units: 8 or 16 pixel rows each. Rows may be worked on by several threads at once.</summary>
internal sealed unsafe class JpegPlanes
{
    private const int BlockSide = 8;

    private readonly JpegHeader _header;
    private readonly byte*[] _planes = new byte*[JpegHeader.Components];
    private readonly int[] _strides = new int[JpegHeader.Components];

    /// <param name="header">Sizes and factors.</param>
    /// <param name="memory"><see cref="BytesOf"/> of it.</param>
    internal JpegPlanes(JpegHeader header, byte* memory)
    {
        _header = header;
        for (int component = 0; component < JpegHeader.Components; component++)
        {
            _planes[component] = memory;
            _strides[component] = UnitsAcross(header) * BlockSide * (component == 0 ? header.Across : 1);
            memory += (long)_strides[component] * UnitsDown(header) * BlockSide * (component == 0 ? header.Down : 1);
        }
    }

    /// <summary>Bytes of all planes.</summary>
    internal static long BytesOf(JpegHeader header) =>
        ((long)UnitsAcross(header) * UnitsDown(header) * BlockSide * BlockSide * BlocksOf(header)) + LumaChroma.Margin;

    /// <summary>Blocks of a unit: one to four of luma, two of chroma.</summary>
    internal static int BlocksOf(JpegHeader header) => (header.Across * header.Down) + 2;

    internal static int UnitsAcross(JpegHeader header) => DivideUp(header.Width, BlockSide * header.Across);

    internal static int UnitsDown(JpegHeader header) => DivideUp(header.Height, BlockSide * header.Down);

    /// <summary>Makes the samples of a row of units.</summary>
    /// <param name="row">Which one.</param>
    /// <param name="coefficients">As <see cref="ScanReader.ReadRow"/> leaves them.</param>
    /// <param name="last">Likewise.</param>
    internal void Transform(int row, short* coefficients, byte* last)
    {
        fixed (short* lumaFactors = _header.Quantisers[0], cbFactors = _header.Quantisers[1], crFactors = _header.Quantisers[2])
        {
            int luma = _header.Across * _header.Down;
            for (int unit = 0; unit < UnitsAcross(_header); unit++)
            {
                for (int block = 0; block < luma + 2; block++, coefficients += BlockOrder.Count, last++)
                {
                    int component = Math.Max(0, block - luma + 1);
                    (int x, int y) = component > 0 ? (unit, row)
                        : ((unit * _header.Across) + (block % _header.Across), (row * _header.Down) + (block / _header.Across));
                    byte* samples = _planes[component] + ((long)y * BlockSide * _strides[component]) + (x * BlockSide);
                    BlockTransform.Run(coefficients, component == 0 ? lumaFactors : component == 1 ? cbFactors : crFactors, *last, samples, _strides[component]);
                }
            }
        }
    }

    /// <summary>First pixel row of a row of units, and how many it has.</summary>
    internal (int Top, int Count) PixelRows(int row)
    {
        int rows = BlockSide * _header.Down, top = row * rows;
        return (top, Math.Min(rows, _header.Height - top));
    }

    /// <summary>Makes one row of pixels, once the samples of the row of units are there and, where chroma is halved down, those above and below it.</summary>
    /// <param name="y">Which one.</param>
    /// <param name="scratch"><see cref="ScratchBytes"/> of the calling thread's own.</param>
    /// <param name="rgb">[width, 3].</param>
    internal void ToRgb(int y, byte* scratch, byte* rgb)
    {
        int row = y / _header.Down;
        // The row above where an upper row shares its chroma, the row below for the lower; at the edges the same row again.
        int neighbour = Math.Clamp(y % 2 == 0 ? row - 1 : row + 1, 0, DivideUp(_header.Height, _header.Down) - 1);
        byte* cb = Spread(1, row, neighbour, scratch, 0), cr = Spread(2, row, neighbour, scratch, 1);
        LumaChroma.ToRgb(_planes[0] + ((long)y * _strides[0]), cb, cr, _header.Width, rgb);
    }

    /// <summary>Bytes that a thread needs for itself while it makes pixels.</summary>
    internal static int ScratchBytes(JpegHeader header) => 4 * (Aligned(header.Width) + (2 * LumaChroma.Margin));

    private byte* Spread(int component, int row, int neighbour, byte* scratch, int place)
    {
        int count = DivideUp(_header.Width, _header.Across), width = Aligned(_header.Width) + (2 * LumaChroma.Margin);
        byte* samples = _planes[component] + ((long)row * _strides[component]);
        ushort* sums = (ushort*)(scratch + (2 * width) + LumaChroma.Margin);
        byte* spread = scratch + (place * width);
        if (_header.Across == 1)
            return samples;
        if (_header.Down == 1)
            LumaChroma.Widen(samples, count, sums, spread);
        else
            LumaChroma.Widen(samples, _planes[component] + ((long)neighbour * _strides[component]), count, sums, spread);
        return spread;
    }

    private static int Aligned(int width) => DivideUp(width, 32) * 32;

    private static int DivideUp(int number, int by) => (number + by - 1) / by;
}
