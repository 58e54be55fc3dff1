using System.Runtime.InteropServices;

namespace HunyuanOcr.Inference.Execution.Cpu;

/// <summary>Native memory, aligned to 64 bytes (a cache line, and the widest vector), that grows and never shrinks.</summary>
internal sealed unsafe class NativeBuffer : SafeHandle
{
    private const int Alignment = 64;

    public NativeBuffer()
        : base(0, ownsHandle: true)
    {
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>Bytes that are there.</summary>
    public long Capacity { get; private set; }

    public void* Pointer => (void*)handle;

    /// <summary>Sees to it that at least so many bytes are there. What was in them is lost when the memory has to move; new memory is not cleared.</summary>
    /// <exception cref="OutOfMemoryException">There are not so many.</exception>
    public void* Reserve(long bytes)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);
        if (bytes <= Capacity && handle != 0)
            return Pointer;
        long grown = Math.Max(bytes, Capacity + (Capacity / 2));
        grown = (grown + Alignment - 1) / Alignment * Alignment;
        void* memory = NativeMemory.AlignedAlloc((nuint)Math.Max(grown, Alignment), Alignment);
        ReleaseHandle();
        SetHandle((nint)memory);
        Capacity = grown;
        return memory;
    }

    protected override bool ReleaseHandle()
    {
        NativeMemory.AlignedFree((void*)handle);
        handle = 0;
        return true;
    }
}
