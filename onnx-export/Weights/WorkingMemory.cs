using System.Runtime.InteropServices;

namespace OnnxExport.Weights;

/// <summary>
/// All buffers that weights stream through come from here: it bounds what an export holds at one time, however large the tensors
/// are, and remembers the most that was ever held.
/// </summary>
internal sealed unsafe class WorkingMemory(long limitBytes)
{
    /// <summary>Enough that a transposed output head of the public size needs few passes over its source.</summary>
    public const long DefaultLimitBytes = 96L << 20;

    public long LimitBytes { get; } = limitBytes;

    public long UsedBytes { get; private set; }

    public long PeakBytes { get; private set; }

    /// <summary>Memory for so many elements, not cleared; freed by Dispose.</summary>
    /// <exception cref="InvalidOperationException">The limit would be passed.</exception>
    public Buffer<T> Rent<T>(long count) where T : unmanaged
    {
        long bytes = count * sizeof(T);
        if (UsedBytes + bytes > LimitBytes)
            throw new InvalidOperationException($"A buffer of {bytes} bytes would pass the working memory of {LimitBytes} bytes ({UsedBytes} in use).");
        UsedBytes += bytes;
        PeakBytes = Math.Max(PeakBytes, UsedBytes);
        return new Buffer<T>(this, checked((int)count));
    }

    /// <summary>A rented buffer, outside the garbage collector's heap so that it goes back at once.</summary>
    internal sealed class Buffer<T> : IDisposable where T : unmanaged
    {
        private readonly WorkingMemory owner;
        private readonly int count;
        private T* pointer;

        public Buffer(WorkingMemory owner, int count)
        {
            this.owner = owner;
            this.count = count;
            pointer = (T*)NativeMemory.Alloc((nuint)Math.Max(count, 1), (nuint)sizeof(T));
        }

        public Span<T> Span => pointer is null ? throw new ObjectDisposedException(nameof(Buffer<T>)) : new Span<T>(pointer, count);

        public void Dispose()
        {
            if (pointer is null)
                return;
            NativeMemory.Free(pointer);
            pointer = null;
            owner.UsedBytes -= (long)count * sizeof(T);
        }
    }
}
