using HunyuanOcr.Inference.Scheduling;

namespace HunyuanOcr.Inference.Tests.Scheduling;

public class BlockPoolTests
{
    [Fact]
    public void A_block_goes_from_free_to_reserved_to_owned_and_back()
    {
        var pool = new BlockPool(2, 16);
        int block = pool.Reserve();
        Assert.Equal((1, 1, 0), (pool.FreeCount, pool.ReservedCount, pool.OwnedCount));
        pool.Own(block);
        Assert.Equal((1, 0, 1), (pool.FreeCount, pool.ReservedCount, pool.OwnedCount));
        pool.Release(block);
        Assert.Equal((2, 0, 0), (pool.FreeCount, pool.ReservedCount, pool.OwnedCount));
    }

    [Fact]
    public void A_reserved_block_can_be_given_back()
    {
        var pool = new BlockPool(1, 16);
        pool.GiveBack(pool.Reserve());
        Assert.Equal(1, pool.FreeCount);
        Assert.Equal(0, pool.ReservedCount);
    }

    [Fact]
    public void A_shared_block_is_free_only_after_its_last_owner()
    {
        var pool = new BlockPool(1, 16);
        int block = pool.Reserve();
        pool.Own(block);
        pool.Share(block);
        pool.Release(block);
        Assert.Equal(0, pool.FreeCount);
        pool.Release(block);
        Assert.Equal(1, pool.FreeCount);
    }

    [Fact]
    public void Every_block_is_handed_out_once()
    {
        var pool = new BlockPool(50, 16);
        int[] blocks = [.. Enumerable.Range(0, 50).Select(_ => pool.Reserve())];
        Assert.Equal(Enumerable.Range(0, 50), blocks.Order());
        Assert.Throws<InvalidOperationException>(() => pool.Reserve());
    }

    [Fact]
    public void Illegal_moves_are_refused()
    {
        var pool = new BlockPool(2, 16);
        Assert.Throws<InvalidOperationException>(() => pool.Release(0));
        Assert.Throws<InvalidOperationException>(() => pool.Own(0));
        Assert.Throws<InvalidOperationException>(() => pool.Share(0));
        int block = pool.Reserve();
        Assert.Throws<InvalidOperationException>(() => pool.Release(block));
        pool.Own(block);
        Assert.Throws<InvalidOperationException>(() => pool.GiveBack(block));
    }
}
