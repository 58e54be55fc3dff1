using HunyuanOcr.Inference.Scheduling;

namespace HunyuanOcr.Inference.Execution.Cuda;

/// <summary>The numbers of a decode step in the order in which a recorded graph expects them, filled up to its size.</summary>
internal static class DecodeInputs
{
    /// <summary>Bytes that a bucket's inputs take at most, with what alignment adds.</summary>
    public static long Capacity(int sequences, int columns) => ((long)sequences * ((2 * sizeof(long)) + ((3 + columns) * sizeof(int)))) + (7 * 256);

    /// <summary>Writes the rows of a step, and behind them rows of one token that store nothing.</summary>
    /// <param name="into">Where; see <see cref="DecodeRows.Take"/>.</param>
    /// <param name="slices">Decoding slices.</param>
    /// <param name="first">The first of them that runs.</param>
    /// <param name="count">How many run; at most the bucket's rows.</param>
    /// <param name="blockSize">Tokens in a block.</param>
    public static void Fill(DecodeRows into, IReadOnlyList<PartSlice> slices, int first, int count, int blockSize)
    {
        int columns = into.Columns;
        into.CumulativeLengths[0] = 0;
        for (int row = 0; row < into.PastLengths.Length; row++)
        {
            into.CumulativeLengths[row + 1] = row + 1;
            if (row < count)
                FillRow(into, row, slices[first + row].Slice, blockSize, into.BlockTable.Slice(row * columns, columns));
            else
                FillNothing(into, row, into.BlockTable.Slice(row * columns, columns));
        }
    }

    /// <summary>Writes rows of a length that store nothing: what a graph is recorded with.</summary>
    public static void FillNothing(DecodeRows into, int tokens)
    {
        into.CumulativeLengths[0] = 0;
        for (int row = 0; row < into.PastLengths.Length; row++)
        {
            into.CumulativeLengths[row + 1] = row + 1;
            FillNothing(into, row, into.BlockTable.Slice(row * into.Columns, into.Columns));
            into.PastLengths[row] = tokens - 1;
            into.Positions[row] = tokens - 1;
        }
    }

    private static void FillRow(DecodeRows into, int row, StepSlice slice, int blockSize, Span<int> table)
    {
        ReadOnlySpan<int> blocks = slice.Sequence.Blocks.Span;
        int needed = (slice.Start / blockSize) + 1;
        if (blocks.Length < needed || needed > table.Length)
            throw new ArgumentException($"A sequence has {blocks.Length} blocks; its token {slice.Start} needs {needed} of at most {table.Length}.", nameof(slice));
        into.InputIds[row] = slice.Sequence.TokenSpan[slice.Start];
        into.Positions[row] = slice.Start;
        into.PastLengths[row] = slice.Start;
        into.SlotMapping[row] = (blocks[needed - 1] * blockSize) + (slice.Start % blockSize);
        blocks[..needed].CopyTo(table);
        table[needed..].Clear();
    }

    private static void FillNothing(DecodeRows into, int row, Span<int> table)
    {
        into.InputIds[row] = 0;
        into.Positions[row] = 0;
        into.PastLengths[row] = 0;
        into.SlotMapping[row] = -1;
        table.Clear();
    }
}

/// <summary>Memory of a decode step's inputs and where each will be on the card.</summary>
internal readonly ref struct DecodeRows
{
    public Span<long> InputIds { get; init; }

    public Span<long> Positions { get; init; }

    public Span<int> CumulativeLengths { get; init; }

    public Span<int> PastLengths { get; init; }

    public Span<int> SlotMapping { get; init; }

    /// <summary>[rows, Columns].</summary>
    public Span<int> BlockTable { get; init; }

    public int Columns { get; init; }

    public DecodeAddresses Addresses { get; init; }

    /// <summary>Takes the memory of a bucket; the addresses are the same whenever the sizes are.</summary>
    public static DecodeRows Take(PackedInputs inputs, int sequences, int columns)
    {
        inputs.Clear();
        Span<long> ids = inputs.Take<long>(sequences, out nint idsAt), positions = inputs.Take<long>(sequences, out nint positionsAt);
        Span<int> cumulative = inputs.Take<int>(sequences + 1, out nint cumulativeAt), past = inputs.Take<int>(sequences, out nint pastAt);
        Span<int> slots = inputs.Take<int>(sequences, out nint slotsAt), table = inputs.Take<int>(sequences * columns, out nint tableAt);
        return new DecodeRows
        {
            InputIds = ids, Positions = positions, CumulativeLengths = cumulative, PastLengths = past, SlotMapping = slots, BlockTable = table, Columns = columns,
            Addresses = new DecodeAddresses(idsAt, positionsAt, cumulativeAt, pastAt, slotsAt, tableAt),
        };
    }
}

/// <summary>Where the inputs are on the card.</summary>
internal readonly record struct DecodeAddresses(nint InputIds, nint Positions, nint CumulativeLengths, nint PastLengths, nint SlotMapping, nint BlockTable);
