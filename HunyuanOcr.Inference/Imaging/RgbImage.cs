namespace HunyuanOcr.Inference.Imaging;

/// <summary>Pixels in sRGB, 8 bits each of red, green and blue, row by row without gaps. Outside the managed heap, so that 150 MB go back at once.</summary>
internal sealed unsafe class RgbImage : IDisposable
{
    /// <summary>Readable bytes behind the last pixel, for vector loads that begin inside it.</summary>
    internal const int Padding = 64;

    private readonly PixelPool? _pool;
    private PixelMemory? _memory;

    /// <param name="width">Pixels across.</param>
    /// <param name="height">Pixels down.</param>
    /// <param name="pool">Lends the memory, and has it back when the image is disposed; null takes it from the system and frees it then.</param>
    /// <exception cref="OutOfMemoryException">The memory is not there.</exception>
    internal RgbImage(int width, int height, PixelPool? pool = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        Width = width;
        Height = height;
        Length = checked(width * 3 * height);
        _pool = pool;
        long bytes = (long)Length + Padding;
        _memory = pool is null ? new PixelMemory(bytes) : pool.Lend(bytes);
    }

    internal int Width { get; }

    internal int Height { get; }

    /// <summary>Bytes of all pixels.</summary>
    internal int Length { get; }

    /// <summary>Bytes of one row.</summary>
    internal int Stride => Width * 3;

    /// <summary>[Height, Width, 3]; valid until the image is disposed.</summary>
    internal Span<byte> Pixels => new(Start, Length);

    /// <summary>First byte; valid until the image is disposed.</summary>
    internal byte* Start
    {
        get
        {
            ObjectDisposedException.ThrowIf(_memory is null, this);
            return _memory.Start;
        }
    }

    public void Dispose()
    {
        // Once only, whoever comes first: memory given back twice would be lent to two pictures at a time.
        if (Interlocked.Exchange(ref _memory, null) is not { } memory)
            return;
        if (_pool is null)
            memory.Dispose();
        else
            _pool.TakeBack(memory);
    }
}
