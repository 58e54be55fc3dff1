using HunyuanOcr.Inference.Execution;
using HunyuanOcr.Inference.Execution.Cuda;
using HunyuanOcr.Inference.Prompting;
using HunyuanOcr.Inference.Scheduling;
using HunyuanOcr.Inference.Tests.Scheduling;

namespace HunyuanOcr.Inference.Tests.Execution.Cuda;

/// <summary>What a step writes for the card: who decodes, where keys and values go, and rows that only fill a size up.</summary>
public class StepInputsTests
{
    private const int BlockSize = 16;

    [Fact]
    public void Tokens_behind_their_prompt_decode_and_everything_else_prefills()
    {
        Sequence decoding = Decoding(20, 3), prefilling = Started(40), last = Started(5);
        var plan = new StepPlan();
        plan.Add(new StepSlice(decoding, 22, 1, WantsLogits: true));
        plan.Add(new StepSlice(prefilling, 0, 30, WantsLogits: false));
        plan.Add(new StepSlice(last, 4, 1, WantsLogits: true));
        var parts = new StepParts();
        parts.Part(plan);
        Assert.Equal([(decoding, 0)], parts.Decoding.Select(part => (part.Slice.Sequence, part.Row)));
        Assert.Equal([(prefilling, -1), (last, 1)], parts.Prefilling.Select(part => (part.Slice.Sequence, part.Row)));
    }

    [Fact]
    public void A_decode_step_names_token_place_and_blocks_and_fills_up_with_rows_that_store_nothing()
    {
        Sequence one = Decoding(20, 3, 7, 9), two = Decoding(3, 1, 4);
        PartSlice[] slices = [Slice(one), Slice(two)];
        Rows rows = new(sequences: 4, columns: 3);
        DecodeInputs.Fill(rows.Spans, slices, 0, 2, BlockSize);
        Assert.Equal([one.Tokens[22], two.Tokens[3], 0, 0], rows.Ids);
        Assert.Equal([22, 3, 0, 0], rows.Positions);
        Assert.Equal([22, 3, 0, 0], rows.Past);
        Assert.Equal([0, 1, 2, 3, 4], rows.Cumulative);
        Assert.Equal([(9 * BlockSize) + 6, (4 * BlockSize) + 3, -1, -1], rows.Slots);
        Assert.Equal([7, 9, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0], rows.Table);
    }

    [Fact]
    public void A_later_part_of_the_slices_is_written_from_the_first_row_on()
    {
        Sequence one = Decoding(20, 3, 7, 9), two = Decoding(3, 1, 4);
        Rows rows = new(sequences: 1, columns: 2);
        DecodeInputs.Fill(rows.Spans, [Slice(one), Slice(two)], 1, 1, BlockSize);
        Assert.Equal([3], rows.Positions);
        Assert.Equal([4, 0], rows.Table);
    }

    [Fact]
    public void Rows_that_a_graph_is_recorded_with_have_its_length_and_store_nothing()
    {
        Rows rows = new(sequences: 2, columns: 4);
        DecodeInputs.FillNothing(rows.Spans, 64);
        Assert.Equal([63, 63], rows.Past);
        Assert.Equal([63, 63], rows.Positions);
        Assert.Equal([-1, -1], rows.Slots);
        Assert.All(rows.Table, block => Assert.Equal(0, block));
    }

    [Fact]
    public void A_sequence_without_the_block_for_its_token_is_refused()
    {
        Sequence lacking = Decoding(20, 3, 7);
        Rows rows = new(sequences: 1, columns: 3);
        Assert.Throws<ArgumentException>(() => DecodeInputs.Fill(rows.Spans, [Slice(lacking)], 0, 1, BlockSize));
    }

    [Fact]
    public void Packed_prompts_have_their_ends_their_past_and_the_last_token_of_those_who_want_logits()
    {
        Sequence one = Started(40), two = Started(5);
        PartSlice[] slices = [new(new StepSlice(one, 8, 20, false), -1), new(new StepSlice(two, 0, 5, true), 0)];
        int[] ends = new int[3], past = new int[2];
        long[] wanted = new long[1];
        PrefillInputs.FillLengths(slices, ends, past, wanted);
        Assert.Equal([0, 20, 25], ends);
        Assert.Equal([8, 0], past);
        Assert.Equal([24], wanted);
        Assert.Equal(2, PrefillInputs.Columns(slices[0].Slice, BlockSize));
    }

    [Fact]
    public void A_slice_is_parted_into_text_and_pictures_wherever_it_begins_and_ends()
    {
        VisionVectors first = new([], 4), second = new([], 3);
        ImageSpan[] images = [new(2, 2, 2, 4), new(7, 2, 2, 3)];
        var sequence = new Sequence(new Prompt([.. Enumerable.Range(100, 12)], images, new int[48]), [first, second]);
        Assert.Equal(
            [new(0, 2, null, 0), new(2, 4, first, 0), new(6, 1, null, 0), new(7, 3, second, 0), new(10, 2, null, 0)],
            Pieces(new StepSlice(sequence, 0, 12, true)));
        Assert.Equal([new SlicePiece(4, 2, first, 2), new(6, 1, null, 0), new(7, 1, second, 0)], Pieces(new StepSlice(sequence, 4, 4, false)));
        Assert.Equal([new SlicePiece(8, 1, second, 1)], Pieces(new StepSlice(sequence, 8, 1, false)));
    }

    [Fact]
    public void A_picture_with_another_number_of_vectors_than_places_is_refused()
    {
        var sequence = new Sequence(new Prompt([1, 2, 3], [new(1, 2, 2, 2)], new int[12]), [new VisionVectors([], 5)]);
        Assert.Throws<ArgumentException>(() => Pieces(new StepSlice(sequence, 0, 3, true)));
    }

    private static List<SlicePiece> Pieces(StepSlice slice)
    {
        List<SlicePiece> pieces = [];
        foreach (SlicePiece piece in new SlicePieces(slice))
            pieces.Add(piece);
        return pieces;
    }

    private static PartSlice Slice(Sequence sequence) => new(new StepSlice(sequence, sequence.TokenCount - 1, 1, true), 0);

    private static Sequence Started(int promptTokens)
    {
        Sequence sequence = Sequences.Of(promptTokens, answerTokens: 100);
        sequence.Start();
        return sequence;
    }

    private static Sequence Decoding(int promptTokens, int answer, params ReadOnlySpan<int> blocks)
    {
        Sequence sequence = Started(promptTokens);
        for (int i = 0; i < answer; i++)
        {
            sequence.MarkCached(sequence.UncachedCount);
            sequence.Append(500 + i);
        }
        foreach (int block in blocks)
            sequence.Blocks.Append(block);
        return sequence;
    }

    private sealed class Rows(int sequences, int columns)
    {
        public long[] Ids { get; } = new long[sequences];

        public long[] Positions { get; } = new long[sequences];

        public int[] Cumulative { get; } = new int[sequences + 1];

        public int[] Past { get; } = new int[sequences];

        public int[] Slots { get; } = new int[sequences];

        // What the step before left.
        public int[] Table { get; } = [.. Enumerable.Repeat(77, sequences * columns)];

        public DecodeRows Spans => new()
        {
            InputIds = Ids, Positions = Positions, CumulativeLengths = Cumulative, PastLengths = Past, SlotMapping = Slots, BlockTable = Table, Columns = columns,
        };
    }
}
