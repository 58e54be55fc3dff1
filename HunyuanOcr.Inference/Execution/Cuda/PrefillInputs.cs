using System.Runtime.InteropServices;
using HunyuanOcr.Inference.Execution.Cpu;
using HunyuanOcr.Inference.Execution.OnnxRuntime;
using HunyuanOcr.Inference.Scheduling;

namespace HunyuanOcr.Inference.Execution.Cuda;

/// <summary>Writes the packed tokens of prompts: embeddings, angles and places in the cache.</summary>
internal sealed class PrefillInputs(ModelShape shape, int blockSize, EmbeddingTable embeddings, TokenAngles angles, OrtElementType type)
{
    private readonly float[] row = new float[shape.HiddenSize];

    /// <summary>Bytes that a step's inputs take at most.</summary>
    public static long Capacity(ModelShape shape, int tokens, int sequences, int columns) =>
        ((long)tokens * ((shape.HiddenSize * sizeof(ushort)) + (2 * shape.HeadSize * sizeof(float)) + sizeof(int)))
        + ((long)sequences * ((columns * sizeof(int)) + (4 * sizeof(long)))) + (16 * 256);

    /// <summary>Text from the table, pictures from their vectors; [tokens, hidden] in the model's 16-bit numbers.</summary>
    public void FillEmbeddings(IReadOnlyList<PartSlice> slices, Span<ushort> rows)
    {
        int hidden = shape.HiddenSize, done = 0;
        for (int i = 0; i < slices.Count; i++)
        {
            StepSlice slice = slices[i].Slice;
            ReadOnlySpan<int> ids = slice.Sequence.TokenSpan;
            foreach (SlicePiece piece in new SlicePieces(slice))
            {
                Span<ushort> target = rows.Slice(done * hidden, piece.Count * hidden);
                if (piece.Vectors is { } vectors)
                    vectors.Halves.AsSpan(piece.FirstVector * hidden, target.Length).CopyTo(target);
                else
                    for (int token = 0; token < piece.Count; token++)
                        Narrow(ids[piece.Start + token], target.Slice(token * hidden, hidden));
                done += piece.Count;
            }
        }
    }

    /// <summary>[tokens, head size] each.</summary>
    public void FillAngles(IReadOnlyList<PartSlice> slices, Span<float> cosines, Span<float> sines)
    {
        int width = shape.HeadSize, done = 0;
        for (int i = 0; i < slices.Count; i++)
        {
            StepSlice slice = slices[i].Slice;
            for (int token = slice.Start; token < slice.Start + slice.Count; token++, done++)
                angles.Fill(slice.Sequence.Prompt, token, cosines.Slice(done * width, width), sines.Slice(done * width, width));
        }
    }

    /// <summary>Where each sequence's tokens begin and end among the packed ones, how many it has in the cache, and which tokens' logits are wanted.</summary>
    public static void FillLengths(IReadOnlyList<PartSlice> slices, Span<int> ends, Span<int> past, Span<long> wanted)
    {
        ends[0] = 0;
        wanted[0] = 0;
        for (int i = 0, next = 0; i < slices.Count; i++)
        {
            StepSlice slice = slices[i].Slice;
            ends[i + 1] = ends[i] + slice.Count;
            past[i] = slice.Start;
            if (slices[i].Row >= 0)
                wanted[next++] = ends[i + 1] - 1;
        }
    }

    /// <summary>The blocks of each sequence, [sequences, columns], and the place of every token.</summary>
    public void FillPlaces(IReadOnlyList<PartSlice> slices, Span<int> table, int columns, Span<int> slots)
    {
        table.Clear();
        for (int i = 0, done = 0; i < slices.Count; i++)
        {
            StepSlice slice = slices[i].Slice;
            ReadOnlySpan<int> blocks = slice.Sequence.Blocks.Span;
            int needed = Columns(slice, blockSize);
            if (blocks.Length < needed)
                throw new ArgumentException($"A sequence has {blocks.Length} blocks; its slice needs {needed}.", nameof(slices));
            blocks[..needed].CopyTo(table[(i * columns)..]);
            for (int token = slice.Start; token < slice.Start + slice.Count; token++)
                slots[done++] = (blocks[token / blockSize] * blockSize) + (token % blockSize);
        }
    }

    /// <summary>Blocks that a slice reads and writes.</summary>
    public static int Columns(StepSlice slice, int blockSize) => (slice.Start + slice.Count + blockSize - 1) / blockSize;

    private void Narrow(int token, Span<ushort> target)
    {
        embeddings.CopyRow(token, row);
        if (type == OrtElementType.Float16)
        {
            Span<Half> halves = MemoryMarshal.Cast<ushort, Half>(target);
            for (int i = 0; i < row.Length; i++)
                halves[i] = (Half)row[i];
            return;
        }

        // To the nearest, to the even one of two that are as near.
        for (int i = 0; i < row.Length; i++)
        {
            uint bits = BitConverter.SingleToUInt32Bits(row[i]);
            target[i] = (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
        }
    }
}
