namespace OnnxExport.Weights;

/// <summary>The walk over a matrix [N, K] that hands it on as [K, N], a panel of rows of the result at a time.</summary>
internal static class Panels
{
    private const int Tile = 32;

    /// <summary>Fills a part of a panel from a chunk of source rows.</summary>
    /// <param name="chunk">Source rows [n, columns].</param>
    /// <param name="columns">Columns of the source.</param>
    /// <param name="firstRow">Source row of the chunk's first row.</param>
    /// <param name="firstColumn">Source column that is the panel's first row.</param>
    /// <param name="panel">[panelRows, rows].</param>
    /// <param name="rows">Rows of the source.</param>
    public delegate void Gather<T>(ReadOnlySpan<float> chunk, int columns, int firstRow, int firstColumn, Span<T> panel, int rows);

    public static unsafe void ForEach<T>(WeightMatrix matrix, WorkingMemory memory, Gather<T> gather, Action<ReadOnlySpan<T>> use)
        where T : unmanaged
    {
        long chunkBudget = Math.Max(memory.LimitBytes / 8, matrix.RowBytes);
        long panelBudget = memory.LimitBytes - memory.UsedBytes - chunkBudget;
        int panelRows = (int)Math.Clamp(panelBudget / ((long)matrix.Rows * sizeof(T)), 1, matrix.Columns);
        using WorkingMemory.Buffer<T> panel = memory.Rent<T>((long)panelRows * matrix.Rows);
        for (int column = 0; column < matrix.Columns; column += panelRows)
        {
            int first = column;
            int count = Math.Min(panelRows, matrix.Columns - column) * matrix.Rows;
            matrix.ForEachChunk(memory, chunkBudget, (row, chunk) => gather(chunk, matrix.Columns, row, first, panel.Span[..count], matrix.Rows));
            use(panel.Span[..count]);
        }
    }

    /// <summary>Transposes tile by tile, so that both sides stay in the first-level cache.</summary>
    public static void Transpose(ReadOnlySpan<float> chunk, int columns, int firstRow, int firstColumn, Span<float> panel, int rows)
    {
        int chunkRows = chunk.Length / columns;
        int panelRows = panel.Length / rows;
        for (int rowTile = 0; rowTile < chunkRows; rowTile += Tile)
        {
            int rowEnd = Math.Min(rowTile + Tile, chunkRows);
            for (int columnTile = 0; columnTile < panelRows; columnTile += Tile)
            {
                int columnEnd = Math.Min(columnTile + Tile, panelRows);
                for (int column = columnTile; column < columnEnd; column++)
                {
                    int target = column * rows + firstRow;
                    int source = firstColumn + column;
                    for (int row = rowTile; row < rowEnd; row++)
                        panel[target + row] = chunk[row * columns + source];
                }
            }
        }
    }
}
