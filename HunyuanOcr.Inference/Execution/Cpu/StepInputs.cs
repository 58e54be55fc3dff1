using HunyuanOcr.Inference.Checkpoints;
using HunyuanOcr.Inference.Execution.OnnxRuntime;
using HunyuanOcr.Inference.Scheduling;

namespace HunyuanOcr.Inference.Execution.Cpu;

/// <summary>A step plan as the decoder's inputs: all tokens packed one after the other. Allocates nothing once its memory has grown.</summary>
internal sealed class StepInputs : IDisposable
{
    /// <summary>Columns of the block table are rounded up to it, so that a growing sequence seldom changes a shape.</summary>
    private const int TableUnit = 8;

    private readonly int hidden;
    private readonly int headSize;
    private readonly int blockSize;
    private readonly EmbeddingTable embeddings;
    private readonly TokenAngles angles;
    private readonly BoundInput<float> embeds;
    private readonly BoundInput<float> cos;
    private readonly BoundInput<float> sin;
    private readonly BoundInput<long> logitsIndices;
    private readonly BoundInput<int> cumulativeLengths;
    private readonly BoundInput<int> pastLengths;
    private readonly BoundInput<int> blockTable;

    public StepInputs(ModelShape shape, int blockSize, EmbeddingTable embeddings, GraphFile decoder, OrtMemoryInfo info)
    {
        (hidden, headSize, this.blockSize, this.embeddings) = (shape.HiddenSize, shape.HeadSize, blockSize, embeddings);
        angles = new TokenAngles(shape);
        embeds = new(decoder.Native("inputs_embeds"), info, OrtElementType.Float);
        cos = new(decoder.Native("cos"), info, OrtElementType.Float);
        sin = new(decoder.Native("sin"), info, OrtElementType.Float);
        logitsIndices = new(decoder.Native("logits_indices"), info, OrtElementType.Int64);
        cumulativeLengths = new(decoder.Native("cumulative_lengths"), info, OrtElementType.Int32);
        pastLengths = new(decoder.Native("past_lengths"), info, OrtElementType.Int32);
        blockTable = new(decoder.Native("block_table"), info, OrtElementType.Int32);
    }

    /// <summary>Rows of logits that the decoder will give: one for each slice that wants them, at least one, as not every operator takes none.</summary>
    public static int LogitsRows(StepPlan plan) => Math.Max(1, plan.LogitsCount);

    /// <summary>Writes and binds every input.</summary>
    /// <exception cref="ArgumentException">A slice does not fit its sequence.</exception>
    public void Fill(StepPlan plan, OrtIoBinding binding)
    {
        FillTokens(plan);
        FillLengths(plan);
        int columns = FillTable(plan), tokens = plan.TokenCount, sequences = plan.Slices.Count;
        embeds.Bind(binding, tokens, hidden);
        cos.Bind(binding, tokens, headSize);
        sin.Bind(binding, tokens, headSize);
        logitsIndices.Bind(binding, LogitsRows(plan));
        cumulativeLengths.Bind(binding, sequences + 1);
        pastLengths.Bind(binding, sequences);
        blockTable.Bind(binding, sequences, columns);
    }

    public void Dispose()
    {
        embeds.Dispose();
        cos.Dispose();
        sin.Dispose();
        logitsIndices.Dispose();
        cumulativeLengths.Dispose();
        pastLengths.Dispose();
        blockTable.Dispose();
    }

    private void FillTokens(StepPlan plan)
    {
        Span<float> rows = embeds.Reserve((long)plan.TokenCount * hidden);
        Span<float> cosines = cos.Reserve((long)plan.TokenCount * headSize), sines = sin.Reserve((long)plan.TokenCount * headSize);
        for (int i = 0, row = 0; i < plan.Slices.Count; i++)
        {
            StepSlice slice = plan.Slices[i];
            if (slice.Count < 1 || slice.Start < 0 || slice.Start + slice.Count > slice.Sequence.TokenCount)
                throw new ArgumentException($"A slice of {slice.Count} tokens from {slice.Start} does not fit a sequence of {slice.Sequence.TokenCount}.", nameof(plan));
            FillEmbeddings(slice, rows.Slice(row * hidden, slice.Count * hidden));
            for (int token = slice.Start; token < slice.Start + slice.Count; token++, row++)
                angles.Fill(slice.Sequence.Prompt, token, cosines.Slice(row * headSize, headSize), sines.Slice(row * headSize, headSize));
        }
    }

    /// <summary>Vision vectors where an image stands, rows of the table elsewhere.</summary>
    private void FillEmbeddings(StepSlice slice, Span<float> rows)
    {
        ReadOnlySpan<int> ids = slice.Sequence.TokenSpan;
        foreach (SlicePiece piece in new SlicePieces(slice))
        {
            Span<float> target = rows.Slice((piece.Start - slice.Start) * hidden, piece.Count * hidden);
            if (piece.Vectors is { } vectors)
                vectors.Values.AsSpan(piece.FirstVector * hidden, target.Length).CopyTo(target);
            else
                for (int i = 0; i < piece.Count; i++)
                    embeddings.CopyRow(ids[piece.Start + i], target.Slice(i * hidden, hidden));
        }
    }

    private void FillLengths(StepPlan plan)
    {
        Span<long> wanted = logitsIndices.Reserve(LogitsRows(plan));
        Span<int> ends = cumulativeLengths.Reserve(plan.Slices.Count + 1), past = pastLengths.Reserve(plan.Slices.Count);
        wanted[0] = 0;
        ends[0] = 0;
        for (int i = 0, next = 0; i < plan.Slices.Count; i++)
        {
            StepSlice slice = plan.Slices[i];
            ends[i + 1] = ends[i] + slice.Count;
            past[i] = slice.Start;
            if (slice.WantsLogits)
                wanted[next++] = ends[i + 1] - 1;
        }
    }

    private int FillTable(StepPlan plan)
    {
        int columns = 1;
        for (int i = 0; i < plan.Slices.Count; i++)
            columns = Math.Max(columns, BlocksOf(plan.Slices[i]));
        columns = (columns + TableUnit - 1) / TableUnit * TableUnit;
        Span<int> table = blockTable.Reserve((long)plan.Slices.Count * columns);
        table.Fill(-1);
        for (int i = 0; i < plan.Slices.Count; i++)
        {
            ReadOnlySpan<int> blocks = plan.Slices[i].Sequence.Blocks.Span;
            int needed = BlocksOf(plan.Slices[i]);
            if (blocks.Length < needed)
                throw new ArgumentException($"A sequence has {blocks.Length} blocks; its slice needs {needed}.", nameof(plan));
            blocks[..needed].CopyTo(table[(i * columns)..]);
        }

        return columns;
    }

    private int BlocksOf(StepSlice slice) => (slice.Start + slice.Count + blockSize - 1) / blockSize;
}
