using HunyuanOcr.Inference.Imaging;

namespace HunyuanOcr.Inference.Tests.Imaging;

public sealed class PixelPoolTests : IDisposable
{
    private readonly PixelPool _pool = new(keptBytes: 1000);

    public void Dispose() => _pool.Dispose();

    [Fact]
    public void What_was_given_back_serves_the_next_that_fits_in_it()
    {
        PixelMemory small = _pool.Lend(100), large = _pool.Lend(500);
        _pool.TakeBack(large);
        _pool.TakeBack(small);

        Assert.Same(small, _pool.Lend(90));
        Assert.Same(large, _pool.Lend(90));
        using PixelMemory other = _pool.Lend(90);
        Assert.Equal(90, other.Bytes);
        Assert.Equal(3, _pool.LentCount);
        small.Dispose();
        large.Dispose();
    }

    [Fact]
    public void No_more_is_kept_than_the_limit_and_what_came_back_first_goes_first()
    {
        PixelMemory[] lent = [_pool.Lend(400), _pool.Lend(500), _pool.Lend(450)];
        foreach (PixelMemory memory in lent)
            _pool.TakeBack(memory);

        Assert.Equal((0, 950), (_pool.LentCount, _pool.IdleBytes));
        Assert.Equal([true, false, false], lent.Select(memory => memory.IsClosed));
    }

    [Fact]
    public void What_is_larger_than_the_limit_is_freed_and_drives_nothing_else_out()
    {
        PixelMemory page = _pool.Lend(400), poster = _pool.Lend(1001);
        _pool.TakeBack(page);
        _pool.TakeBack(poster);

        Assert.True(poster.IsClosed);
        Assert.Equal(400, _pool.IdleBytes);
    }

    [Fact]
    public void Disposing_frees_what_is_kept_and_later_what_is_still_lent()
    {
        PixelMemory idle = _pool.Lend(100), lent = _pool.Lend(100);
        _pool.TakeBack(idle);

        _pool.Dispose();
        Assert.Equal((true, false), (idle.IsClosed, lent.IsClosed));

        _pool.TakeBack(lent);
        Assert.True(lent.IsClosed);
        Assert.Equal((0, 0), (_pool.LentCount, _pool.IdleBytes));
    }

    [Fact]
    public void An_image_gives_its_memory_back_once_and_cannot_be_read_afterwards()
    {
        RgbImage image = new(4, 4, _pool);
        image.Dispose();
        image.Dispose();

        Assert.Equal(0, _pool.LentCount);
        Assert.Throws<ObjectDisposedException>(() => image.Pixels.Length);
        using RgbImage first = new(4, 4, _pool), second = new(4, 4, _pool);
        first.Pixels.Fill(1);
        second.Pixels.Fill(2);
        Assert.Equal(1, first.Pixels[0]);
    }
}
