namespace HunyuanOcr.Inference.Execution.Cuda;

/// <summary>Page-locked memory of the machine: what the card copies from and to without anybody waiting. It grows and never shrinks.</summary>
internal sealed unsafe class PinnedMemory(CudaContext context) : CudaObject(context)
{
    private const uint Portable = 1;

    public long Capacity { get; private set; }

    /// <summary>Sees to it that so many bytes are there. What was in them is lost when the memory has to move; nothing may be on its way from or to it.</summary>
    public void* Reserve(long bytes)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        if (bytes <= Capacity && handle != 0)
            return (void*)handle;
        long grown = Math.Max(Math.Max(bytes, Capacity + (Capacity / 2)), 4096);
        nint pointer;
        Driver.Check(Driver.HostAllocate(&pointer, (nuint)grown, Portable), $"taking {grown / 1048576} MiB of page-locked memory");
        if (handle != 0)
            Release(handle);
        SetHandle(pointer);
        Capacity = grown;
        return (void*)pointer;
    }

    public Span<T> Reserve<T>(long count)
        where T : unmanaged => new(Reserve(count * sizeof(T)), checked((int)count));

    protected override void Release(nint pointer) => Driver.HostFree(pointer);
}
