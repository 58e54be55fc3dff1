using OnnxExport.Checkpoints;

namespace OnnxExport.Weights;

/// <summary>
/// A matrix [rows, columns] of a linear map as PyTorch keeps it (one row for each output), stacked from one or more tensors of
/// the checkpoint and read row by row.
/// </summary>
internal sealed class WeightMatrix
{
    private readonly IReadOnlyList<StoredTensor> parts;
    private readonly int firstRow;
    private readonly int[]? columnOrder;

    /// <param name="parts">Tensors [rows, ...] whose other dimensions have the same product.</param>
    /// <param name="firstRow">Rows left out at the top.</param>
    /// <param name="columnOrder">Column i of the matrix is column columnOrder[i] of the tensors; null keeps their order.</param>
    public WeightMatrix(IReadOnlyList<StoredTensor> parts, int firstRow = 0, int[]? columnOrder = null)
    {
        this.parts = parts;
        this.firstRow = firstRow;
        this.columnOrder = columnOrder;
        Columns = checked((int)(parts[0].Elements / parts[0].Shape[0]));
        Rows = checked((int)parts.Sum(part => part.Shape[0])) - firstRow;
        if (parts.Any(part => part.Elements / part.Shape[0] != Columns))
            throw new ArgumentException("Stacked tensors must have the same number of columns.", nameof(parts));
    }

    /// <summary>Of the first tensor, for messages.</summary>
    public string Name => parts[0].Name;

    public int Rows { get; }

    public int Columns { get; }

    /// <summary>Bytes of working memory that a chunk of one row takes while it is read.</summary>
    public int RowBytes => Columns * (sizeof(float) + parts.Max(part => part.Type.Bytes()) + (columnOrder is null ? 0 : sizeof(float)));

    /// <summary>Calls back with consecutive chunks of whole rows.</summary>
    /// <param name="memory">Where the chunks come from.</param>
    /// <param name="budget">Bytes to use at most (one row at least).</param>
    /// <param name="use">First row and the values of the chunk [n, Columns].</param>
    public void ForEachChunk(WorkingMemory memory, long budget, Action<int, ReadOnlySpan<float>> use)
    {
        int rowsAtOnce = (int)Math.Clamp(budget / RowBytes, 1, Rows);
        using WorkingMemory.Buffer<float> values = memory.Rent<float>((long)rowsAtOnce * Columns);
        using WorkingMemory.Buffer<byte> raw = memory.Rent<byte>((long)rowsAtOnce * Columns * parts.Max(part => part.Type.Bytes()));
        using WorkingMemory.Buffer<float>? reordered = columnOrder is null ? null : memory.Rent<float>((long)rowsAtOnce * Columns);
        int row = 0;
        int partStart = -firstRow;
        foreach (StoredTensor part in parts)
        {
            int partEnd = partStart + (int)part.Shape[0];
            while (row < partEnd)
            {
                int count = Math.Min(rowsAtOnce, partEnd - row);
                Span<float> chunk = values.Span[..(count * Columns)];
                ReadRows(part, row - partStart, raw.Span, chunk);
                if (reordered is not null)
                    chunk = Reorder(chunk, reordered.Span);
                use(row, chunk);
                row += count;
            }
            partStart = partEnd;
        }
    }

    private void ReadRows(StoredTensor part, int row, Span<byte> raw, Span<float> chunk)
    {
        Span<byte> bytes = raw[..(chunk.Length * part.Type.Bytes())];
        part.Read((long)row * Columns * part.Type.Bytes(), bytes);
        part.Type.ToSingles(bytes, chunk);
    }

    private Span<float> Reorder(ReadOnlySpan<float> chunk, Span<float> target)
    {
        for (int start = 0; start < chunk.Length; start += Columns)
        {
            for (int i = 0; i < Columns; i++)
                target[start + i] = chunk[start + columnOrder![i]];
        }
        return target[..chunk.Length];
    }
}
