using HunyuanOcr.Inference.Execution.Cpu.Kernels;
using HunyuanOcr.Inference.Execution.OnnxRuntime;

namespace HunyuanOcr.Inference.Tests.Execution.Cpu;

public class PagedAttentionTests
{
    private static readonly VectorWidth[] Widths = [VectorWidth.Bits256, VectorWidth.Bits512];

    public static TheoryData<int, int, int, int, string> Shapes => new()
    {
        // heads, key heads, head size, block size, past+new of each sequence
        { 4, 2, 64, 64, "0+1" },
        { 4, 2, 64, 64, "0+70" },
        { 4, 2, 64, 16, "63+1 64+1 65+1" },
        { 4, 2, 64, 32, "0+33 100+1 7+2 31+64" },
        { 16, 8, 128, 64, "0+129" },
        { 16, 8, 128, 256, "300+1 255+1 256+1 0+1" },
        { 2, 2, 64, 128, "600+1" },
        { 3, 1, 80, 64, "513+1 0+17 40+3" },
        { 5, 1, 48, 16, "20+1 0+40" },
        { 8, 1, 16, 16, "15+1 3+14" },
        { 4, 4, 96, 64, "130+200 1000+1" },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Every_shape_gives_what_double_precision_gives(int heads, int keyHeads, int headSize, int blockSize, string sequences)
    {
        AttentionCase batch = new(heads, keyHeads, headSize, blockSize, Parse(sequences));
        (double[] output, double[] keys, double[] values) = batch.Answer();
        foreach (VectorWidth width in Widths)
        {
            using AttentionSession session = new(heads, keyHeads, batch.Scale, width);
            session.Load(batch);
            AssertClose(output, session.Run(), $"output, {width}");
            AssertClose(keys, session.Keys, $"keys, {width}");
            AssertClose(values, session.Values, $"values, {width}");
        }
    }

    [Fact]
    public void A_prompt_in_chunks_gives_bit_for_bit_what_the_whole_prompt_gives()
    {
        foreach (VectorWidth width in Widths)
        {
            AttentionCase batch = new(4, 2, 64, 64, [(0, 333)]);
            using AttentionSession session = new(4, 2, batch.Scale, width);
            session.Load(batch);
            float[] whole = session.Run();
            session.Load(batch);
            List<float> chunks = [];
            for (int start = 0, count; start < 333; start += count)
            {
                count = Math.Min(start == 0 ? 2 : 97, 333 - start);
                session.Tokens(batch, [start], [0, count], Enumerable.Range(start, count));
                chunks.AddRange(session.Run());
            }

            Assert.Equal(whole, chunks);
        }
    }

    [Fact]
    public void A_sequence_in_a_batch_gives_bit_for_bit_what_it_gives_alone_on_any_number_of_threads()
    {
        foreach (VectorWidth width in Widths)
        {
            AttentionCase batch = new(4, 2, 64, 64, [(1300, 1), (3, 1), (0, 50), (700, 1), (12, 1), (255, 1), (99, 40), (512, 1)]);
            using AttentionSession session = new(4, 2, batch.Scale, width);
            session.Load(batch);
            float[] together = session.Run();
            using AttentionSession many = new(4, 2, batch.Scale, width, threads: 16);
            for (int sequence = 0; sequence < batch.Sequences.Length; sequence++)
            {
                many.Load(batch);
                int count = batch.Sequences[sequence].New, first = batch.CumulativeLengths[sequence];
                many.Tokens(batch, [batch.Sequences[sequence].Past], [0, count], Enumerable.Range(first, count));
                many.Table(batch.BlockTable[(sequence * batch.MaxBlocks)..((sequence + 1) * batch.MaxBlocks)], 1);
                Assert.Equal(together[(first * 256)..((first + count) * 256)], many.Run());
            }
        }
    }

    [Fact]
    public void What_is_not_in_the_sequence_is_neither_read_nor_written()
    {
        AttentionCase batch = new(4, 2, 64, 16, [(20, 5), (33, 1)]);
        bool[] owned = new bool[batch.Keys.Length];
        for (int sequence = 0; sequence < 2; sequence++)
            for (int position = 0; position < batch.Sequences[sequence].Past + batch.Sequences[sequence].New; position++)
                for (int head = 0; head < 2; head++)
                    Array.Fill(owned, true, batch.Slot(sequence, head, position), 64);
        for (int i = 0; i < owned.Length; i++)
            if (!owned[i])
                batch.Keys[i] = batch.Values[i] = float.NaN;
        using AttentionSession session = new(4, 2, batch.Scale, VectorWidths.Best);
        session.Load(batch);
        Assert.All(session.Run(), value => Assert.True(float.IsFinite(value)));
        for (int i = 0; i < owned.Length; i++)
            Assert.True(owned[i] == float.IsFinite(session.Keys[i]) && owned[i] == float.IsFinite(session.Values[i]));
    }

    [Fact]
    public void A_block_outside_the_cache_fails_the_run_with_its_number_and_not_the_process()
    {
        AttentionCase batch = new(4, 2, 64, 64, [(70, 1)]);
        using AttentionSession session = new(4, 2, batch.Scale, VectorWidths.Best);
        batch.BlockTable[1] = 77;
        session.Load(batch);
        OrtException fault = Assert.Throws<OrtException>(() => session.Run());
        Assert.Contains("block 77 at place 1", fault.Message, StringComparison.Ordinal);
        Assert.Equal(OrtErrorCode.RuntimeException, fault.Code);
    }

    [Theory]
    [InlineData(200, "do not fit 192 places")]
    [InlineData(-1, "do not fit")]
    public void More_tokens_than_the_block_table_holds_fail_the_run(int past, string message)
    {
        AttentionCase batch = new(4, 2, 64, 64, [(70, 1)]);
        using AttentionSession session = new(4, 2, batch.Scale, VectorWidths.Best);
        session.Load(batch);
        session.Tokens(batch, [past], [0, 1], [0]);
        Assert.Contains(message, Assert.Throws<OrtException>(() => session.Run()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lengths_that_do_not_add_up_fail_the_run()
    {
        AttentionCase batch = new(4, 2, 64, 64, [(70, 3)]);
        using AttentionSession session = new(4, 2, batch.Scale, VectorWidths.Best);
        session.Load(batch);
        session.Tokens(batch, [70], [0, 2], Enumerable.Range(0, 3));
        Assert.Contains("runs from 0 to 2, not from 0 to 3", Assert.Throws<OrtException>(() => session.Run()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_head_size_in_the_cache_fails_the_run()
    {
        AttentionCase batch = new(4, 2, 64, 64, [(70, 1)]), other = new(4, 2, 128, 64, [(70, 1)]);
        using AttentionSession session = new(4, 2, batch.Scale, VectorWidths.Best);
        session.Load(other);
        session.Tokens(batch, [70], [0, 1], [0]);
        Assert.Contains("qkv has 512 columns", Assert.Throws<OrtException>(() => session.Run()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_node_whose_heads_do_not_divide_is_refused_when_the_session_opens()
    {
        OrtException fault = Assert.Throws<OrtException>(() => new AttentionSession(3, 2, 1f, VectorWidths.Best));
        Assert.Contains("num_heads 3 must be a multiple of kv_num_heads 2", fault.Message, StringComparison.Ordinal);
    }

    private static (int Past, int New)[] Parse(string sequences) =>
        [.. sequences.Split(' ').Select(s => s.Split('+')).Select(s => (int.Parse(s[0], null), int.Parse(s[1], null)))];

    private static void AssertClose(double[] expected, ReadOnlySpan<float> actual, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) < 2e-5 * Math.Max(1, Math.Abs(expected[i])), $"{what}[{i}]: {expected[i]} expected, {actual[i]} found");
    }
}
