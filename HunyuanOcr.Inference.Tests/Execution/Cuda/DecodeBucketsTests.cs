using HunyuanOcr.Inference.Execution.Cuda;

namespace HunyuanOcr.Inference.Tests.Execution.Cuda;

public class DecodeBucketsTests
{
    private readonly DecodeBuckets buckets = new(maxSequences: 64, context: 5000, blockSize: 64);

    [Theory]
    [InlineData(1, 1, 1, 1024, 1)]
    [InlineData(3, 1024, 4, 1024, 1)]
    [InlineData(4, 1025, 4, 2048, 1025)]
    [InlineData(17, 1300, 24, 2048, 1025)]
    [InlineData(49, 4097, 64, 5056, 4097)]
    public void A_step_takes_the_smallest_size_that_it_fits_in(int count, int longest, int sequences, int tokens, int least) =>
        Assert.Equal(new DecodeBucket(sequences, tokens, least), buckets.Of(count, longest));

    [Fact]
    public void The_bounds_of_a_size_hold_for_every_length_that_takes_it()
    {
        for (int longest = 1; longest <= 5000; longest++)
        {
            DecodeBucket bucket = buckets.Of(1, longest);
            Assert.InRange(longest, bucket.LeastTokens, bucket.Tokens);
            Assert.Equal(0, bucket.Tokens % 64);
        }
    }

    [Theory]
    [InlineData(1, new[] { 1 })]
    [InlineData(5, new[] { 1, 2, 4, 8 })]
    [InlineData(200, new[] { 1, 2, 4, 8, 16, 24, 32, 48, 64, 96, 128 })]
    public void Sizes_reach_as_far_as_the_engine_needs_them(int maxSequences, int[] expected) =>
        Assert.Equal(expected, new DecodeBuckets(maxSequences, 4096, 64).Sequences);

    [Fact]
    public void What_no_size_holds_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => buckets.Of(65, 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => buckets.Of(1, 5057));
        Assert.Throws<ArgumentOutOfRangeException>(() => buckets.Of(0, 10));
    }
}
