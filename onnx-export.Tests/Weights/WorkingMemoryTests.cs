using OnnxExport.Weights;

namespace OnnxExport.Tests.Weights;

public class WorkingMemoryTests
{
    [Fact]
    public void What_is_rented_counts_until_it_is_given_back_and_the_peak_stays()
    {
        var memory = new WorkingMemory(100);
        using (memory.Rent<float>(10))
        using (memory.Rent<byte>(20))
            Assert.Equal(60, memory.UsedBytes);

        Assert.Equal((0L, 60L), (memory.UsedBytes, memory.PeakBytes));
    }

    [Fact]
    public void Nothing_is_given_beyond_the_limit()
    {
        var memory = new WorkingMemory(100);
        using WorkingMemory.Buffer<byte> most = memory.Rent<byte>(90);

        Assert.Throws<InvalidOperationException>(() => memory.Rent<byte>(11));
    }

    [Fact]
    public void A_buffer_given_back_twice_counts_once_and_cannot_be_used()
    {
        var memory = new WorkingMemory(100);
        WorkingMemory.Buffer<byte> buffer = memory.Rent<byte>(50);
        buffer.Dispose();
        buffer.Dispose();

        Assert.Equal(0, memory.UsedBytes);
        Assert.Throws<ObjectDisposedException>(() => buffer.Span.Length);
    }
}
