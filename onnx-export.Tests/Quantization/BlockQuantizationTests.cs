using OnnxExport.Quantization;
using OnnxExport.Tests.Weights;
using OnnxExport.Weights;

namespace OnnxExport.Tests.Quantization;

public class BlockQuantizationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void No_weight_is_off_by_more_than_half_a_scale(int seed)
    {
        float[] block = StoredMatrices.RandomValues(BlockQuantization.BlockSize, seed);
        var codes = new byte[BlockQuantization.BlockSize];

        BlockQuantization.Quantize(block, codes);

        float scale = BlockQuantization.Scale(block);
        Assert.Equal(block.Max(MathF.Abs) / 127, scale);
        for (int i = 0; i < block.Length; i++)
            Assert.InRange(MathF.Abs((codes[i] - 128) * scale - block[i]), 0, scale * 0.50001f);
    }

    [Fact]
    public void The_largest_magnitude_is_met_exactly_on_both_sides()
    {
        var codes = new byte[3];

        BlockQuantization.Quantize([1.27f, -1.27f, 0], codes);

        Assert.Equal([255, 1, 128], codes);
    }

    [Fact]
    public void A_block_of_zeros_is_all_zero_points()
    {
        var codes = new byte[4];

        BlockQuantization.Quantize([0, 0, 0, 0], codes);

        Assert.Equal([128, 128, 128, 128], codes);
        Assert.Equal(0, BlockQuantization.Scale([0, 0, 0, 0]));
    }

    [Fact]
    public void Values_too_small_to_divide_by_are_taken_for_zero()
    {
        var codes = new byte[2];

        BlockQuantization.Quantize([1e-44f, 0], codes);

        Assert.Equal([128, 128], codes);
    }

    [Theory]
    [InlineData(128, 1)]
    [InlineData(256, 2)]
    [InlineData(200, 2)]
    [InlineData(40, 1)]
    public void Codes_lie_row_by_row_in_blocks_along_K_and_the_last_one_is_filled_up(int columns, int blocks)
    {
        const int Rows = 3;
        float[] values = StoredMatrices.RandomValues(Rows * columns, seed: 5);
        using var stored = new StoredMatrices((values, [Rows, columns]));
        var matrix = new WeightMatrix(stored.Tensors);
        var codes = new BlockCodesTensor(matrix);
        var scales = new BlockScalesTensor(matrix);

        IReadOnlyList<byte> packed = CollectingSink.Of(codes).Bytes;
        float[] written = CollectingSink.Of(scales).Floats;

        Assert.Equal([Rows, blocks, 128], codes.Shape);
        Assert.Equal([Rows * blocks], scales.Shape);
        for (int row = 0; row < Rows; row++)
        {
            for (int k = 0; k < blocks * 128; k++)
            {
                float scale = written[row * blocks + k / 128];
                float weight = k < columns ? values[row * columns + k] : 0;
                Assert.InRange(MathF.Abs((packed[(row * blocks + k / 128) * 128 + k % 128] - 128) * scale - weight), 0, scale * 0.50001f);
            }
        }
    }

    [Fact]
    public void Little_working_memory_gives_the_same_codes_and_scales()
    {
        using var stored = StoredMatrices.Random(60, 300);
        var matrix = new WeightMatrix(stored.Tensors);

        Assert.Equal(CollectingSink.Of(new BlockCodesTensor(matrix)).Bytes, CollectingSink.Of(new BlockCodesTensor(matrix), 4000).Bytes);
        Assert.Equal(CollectingSink.Of(new BlockScalesTensor(matrix)).Bytes, CollectingSink.Of(new BlockScalesTensor(matrix), 4000).Bytes);
    }
}
