using HunyuanOcr.Inference.Execution.Cuda.Operators;

namespace HunyuanOcr.Inference.Tests.Execution.Cuda;

public class DecodeAttentionOperatorTests
{
    /// <summary>Of an H200: two blocks on each of 132 multiprocessors; 8 key heads.</summary>
    private const long Wave = 264, Units = 8;

    [Theory]
    [InlineData(1, 16, 16)]
    [InlineData(4, 16, 16)]
    [InlineData(8, 16, 4)]
    [InlineData(16, 16, 2)]
    [InlineData(24, 16, 1)]
    [InlineData(64, 16, 1)]
    public void A_few_sequences_have_a_block_for_each_chunk_and_more_of_them_one_wave_of_blocks(long rows, long chunks, long blocks) =>
        Assert.Equal(blocks, DecodeAttentionOperator.Sharing(Wave, rows, Units, chunks));

    [Theory]
    [InlineData(8, 64, 4)]
    [InlineData(64, 64, 4)]
    [InlineData(64, 256, 16)]
    public void No_block_takes_more_than_16_chunks_however_many_sequences_there_are(long rows, long chunks, long blocks) =>
        Assert.Equal(blocks, DecodeAttentionOperator.Sharing(Wave, rows, Units, chunks));

    [Fact]
    public void A_sequence_is_shared_by_no_more_blocks_than_it_has_chunks() => Assert.Equal(2, DecodeAttentionOperator.Sharing(Wave, 5, Units, 2));

    [Fact]
    public void The_parts_of_a_sequence_leave_a_head_and_two_numbers_for_each_128_tokens() =>
        Assert.Equal(64L * 16 * 64 * 130 * sizeof(float), DecodeAttentionOperator.BytesOfParts(64, 16, 8_192, 128));
}
