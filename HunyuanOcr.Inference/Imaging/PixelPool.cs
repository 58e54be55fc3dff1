namespace HunyuanOcr.Inference.Imaging;

/// <summary>Keeps the memory of pictures that are done for those that come: what the system hands out afresh costs a fault for each page of
/// 4 KiB, which takes longer than filling it. Safe to call from any thread.</summary>
/// <param name="keptBytes">Most bytes kept while nobody has them; what was given back longest ago goes first. Unless told otherwise as much as a
/// photo of 12 megapixels takes with what scaling makes of it.</param>
internal sealed class PixelPool(long keptBytes = 72 << 20) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly List<PixelMemory> _idle = [];
    private bool _disposed;

    /// <summary>Pieces of memory that are lent and not yet back.</summary>
    internal int LentCount { get; private set; }

    /// <summary>Bytes kept for the next.</summary>
    internal long IdleBytes { get; private set; }

    /// <summary>Lends the smallest memory that is large enough; takes it from the system where there is none.</summary>
    /// <exception cref="OutOfMemoryException">The memory is not there.</exception>
    internal PixelMemory Lend(long bytes)
    {
        lock (_gate)
        {
            LentCount++;
            if (_idle.Where(memory => memory.Bytes >= bytes).MinBy(memory => memory.Bytes) is { } fitting)
            {
                _idle.Remove(fitting);
                IdleBytes -= fitting.Bytes;
                return fitting;
            }
        }
        try
        {
            return new PixelMemory(bytes);
        }
        catch
        {
            lock (_gate)
                LentCount--;
            throw;
        }
    }

    /// <summary>Takes back what was lent, once.</summary>
    internal void TakeBack(PixelMemory memory)
    {
        lock (_gate)
        {
            LentCount--;
            if (_disposed || memory.Bytes > keptBytes)
            {
                memory.Dispose();
                return;
            }
            while (IdleBytes + memory.Bytes > keptBytes)
                DropOldest();
            _idle.Add(memory);
            IdleBytes += memory.Bytes;
        }
    }

    /// <summary>Frees what is idle; what is lent is freed when it comes back.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            while (_idle.Count > 0)
                DropOldest();
        }
    }

    private void DropOldest()
    {
        IdleBytes -= _idle[0].Bytes;
        _idle[0].Dispose();
        _idle.RemoveAt(0);
    }
}
