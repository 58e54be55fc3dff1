using HunyuanOcr.Inference.Execution;
using HunyuanOcr.Inference.Execution.Cuda;
using HunyuanOcr.Inference.Tests.Engine;

namespace HunyuanOcr.Inference.Tests.Execution.Cuda;

public class CachePoolTests
{
    private const long Gibibyte = 1L << 30;

    private static readonly ModelShape Shape = new FakeModelRunner().Shape with { Layers = 24, KeyValueHeads = 8, HeadSize = 128 };
    private static readonly EngineOptions Options = new() { ModelFolder = "", BlockSize = 64, MaxSequences = 64 };

    [Fact]
    public void A_block_has_keys_and_values_of_all_layers_in_16_bits() => Assert.Equal(64 * 98_304, CachePool.BytesOfBlock(Shape, 64));

    [Fact]
    public void The_pool_takes_what_the_fraction_leaves_beside_the_model_and_the_reserve()
    {
        // 80 GiB, 5 in use: 0.5 * 80 - 5 - 1 of reserve.
        int blocks = CachePool.CountBlocks(Shape, Options with { GpuMemoryFraction = 0.5 }, 32_768, 0, 75 * Gibibyte, 80 * Gibibyte);
        Assert.Equal(34 * Gibibyte / CachePool.BytesOfBlock(Shape, 64), blocks);
    }

    [Fact]
    public void What_decode_steps_will_take_is_left_free_too()
    {
        int blocks = CachePool.CountBlocks(Shape, Options with { GpuMemoryFraction = 0.5 }, 32_768, 3 * Gibibyte, 75 * Gibibyte, 80 * Gibibyte);
        Assert.Equal(31 * Gibibyte / CachePool.BytesOfBlock(Shape, 64), blocks);
    }

    [Fact]
    public void The_pool_takes_no_more_than_is_free_where_others_use_the_card()
    {
        int blocks = CachePool.CountBlocks(Shape, Options with { GpuMemoryFraction = 1 }, 32_768, 0, 10 * Gibibyte, 80 * Gibibyte);
        Assert.Equal(9 * Gibibyte / CachePool.BytesOfBlock(Shape, 64), blocks);
    }

    [Fact]
    public void The_pool_is_no_larger_than_all_sequences_at_full_length() =>
        Assert.Equal(64 * 8, CachePool.CountBlocks(Shape, Options, 500, 0, 100 * Gibibyte, 140 * Gibibyte));

    [Fact]
    public void An_amount_in_megabytes_sets_the_pool_by_itself() =>
        Assert.Equal(600 / 6, CachePool.CountBlocks(Shape, Options with { CacheMegabytes = 600, GpuMemoryFraction = 0.01 }, 32_768, 0, 100 * Gibibyte, 140 * Gibibyte));

    [Fact]
    public void A_pool_that_cannot_be_is_refused_with_the_numbers()
    {
        Assert.Contains("CacheMegabytes is 3000; 2048 MiB of the card's 8192 are free", Refused(Options with { CacheMegabytes = 3000 }), StringComparison.Ordinal);
        Assert.Contains("one block of 64 tokens needs 6.0 MiB", Refused(Options with { CacheMegabytes = 2 }), StringComparison.Ordinal);
        Assert.Contains("6144 MiB are in use by the model and others and 1024 MiB are left free", Refused(Options with { GpuMemoryFraction = 0.5 }), StringComparison.Ordinal);
    }

    private static string Refused(EngineOptions options) =>
        Assert.Throws<OcrConfigurationException>(() => CachePool.CountBlocks(Shape, options, 32_768, 0, 2 * Gibibyte, 8 * Gibibyte)).Message;
}
