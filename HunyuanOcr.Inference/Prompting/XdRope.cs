namespace HunyuanOcr.Inference.Prompting;

/// <summary>Cosines and sines of XD-RoPE: rotary angles whose column blocks follow four position axes.</summary>
/// <remarks>
/// base = theta * alpha^(d/(d-2)), inv_freq[i] = base^(-2i/d), column c takes the angle of inv_freq[c mod d/2]. Block j, twice section j wide,
/// takes its position from axis j. Rows of equal axes are computed once for each position, so that a decoded token costs one copy.
/// Safe to use from many threads.
/// </remarks>
internal sealed class XdRope
{
    private const int RowsInChunk = 256;
    private readonly float[] inverseFrequencies;
    private readonly int[] blockEnds;
    private float[]?[] chunks = new float[]?[16];

    /// <summary>Sets the frequencies up.</summary>
    /// <param name="headSize">d, the width of a head.</param>
    /// <param name="ropeBase">theta * alpha^(d/(d-2)); see <see cref="Base"/>.</param>
    /// <param name="sections">Half-widths of the four blocks; they add up to d / 2.</param>
    /// <exception cref="ArgumentException">The sections do not fit the head.</exception>
    public XdRope(int headSize, double ropeBase, IReadOnlyList<int> sections)
    {
        if (sections.Count != RopePositions.Axes || sections.Sum() * 2 != headSize)
            throw new ArgumentException($"The rope sections [{string.Join(", ", sections)}] must be {RopePositions.Axes} and add up to half of the head size {headSize}.", nameof(sections));
        HeadSize = headSize;
        inverseFrequencies = new float[headSize / 2];
        for (int index = 0; index < inverseFrequencies.Length; index++)
            inverseFrequencies[index] = (float)(1.0 / Math.Pow(ropeBase, 2.0 * index / headSize));
        blockEnds = new int[sections.Count];
        for (int block = 0, end = 0; block < sections.Count; block++)
            blockEnds[block] = end += 2 * sections[block];
    }

    /// <summary>d: the width of a row.</summary>
    public int HeadSize { get; }

    /// <summary>inv_freq[d/2].</summary>
    public ReadOnlySpan<float> InverseFrequencies => inverseFrequencies;

    /// <summary>theta * alpha^(d/(d-2)).</summary>
    public static double Base(double theta, double alpha, int headSize) => theta * Math.Pow(alpha, (double)headSize / (headSize - 2));

    /// <summary>Fills one token's row of cosines and sines, d columns each.</summary>
    public void FillRow(int p0, int p1, int p2, int p3, Span<float> cos, Span<float> sin)
    {
        if (p0 == p1 && p1 == p2 && p2 == p3)
        {
            CopyBlock(p0, 0, HeadSize, cos, sin);
            return;
        }
        CopyBlock(p0, 0, blockEnds[0], cos, sin);
        CopyBlock(p1, blockEnds[0], blockEnds[1], cos, sin);
        CopyBlock(p2, blockEnds[1], blockEnds[2], cos, sin);
        CopyBlock(p3, blockEnds[2], blockEnds[3], cos, sin);
    }

    private void CopyBlock(int position, int start, int end, Span<float> cos, Span<float> sin)
    {
        ReadOnlySpan<float> row = Chunk(position / RowsInChunk).AsSpan(position % RowsInChunk * 2 * HeadSize, 2 * HeadSize);
        row[start..end].CopyTo(cos[start..end]);
        row.Slice(HeadSize + start, end - start).CopyTo(sin[start..end]);
    }

    // Two threads may compute the same chunk at once; both get the same numbers, and either array may stay.
    private float[] Chunk(int index)
    {
        float[]?[] known = Volatile.Read(ref chunks);
        if (index < known.Length && known[index] is { } chunk)
            return chunk;
        chunk = Compute(index * RowsInChunk);
        lock (inverseFrequencies)
        {
            float[]?[] grown = chunks;
            if (index >= grown.Length)
                Array.Resize(ref grown, Math.Max(index + 1, grown.Length * 2));
            Volatile.Write(ref grown[index], chunk);
            Volatile.Write(ref chunks, grown);
        }
        return chunk;
    }

    // The angle is a float32 product, as in the reference.
    private float[] Compute(int first)
    {
        float[] rows = new float[RowsInChunk * 2 * HeadSize];
        for (int row = 0; row < RowsInChunk; row++)
            for (int column = 0; column < HeadSize; column++)
            {
                float angle = (first + row) * inverseFrequencies[column % inverseFrequencies.Length];
                rows[row * 2 * HeadSize + column] = (float)Math.Cos(angle);
                rows[(row * 2 + 1) * HeadSize + column] = (float)Math.Sin(angle);
            }
        return rows;
    }
}
