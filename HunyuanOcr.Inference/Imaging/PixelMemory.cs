using System.Runtime.InteropServices;

namespace HunyuanOcr.Inference.Imaging;

/// <summary>Memory outside the managed heap for the pixels of one picture at a time. What nobody disposes is freed all the same.</summary>
internal sealed unsafe class PixelMemory : SafeHandle
{
    /// <exception cref="OutOfMemoryException">The memory is not there.</exception>
    internal PixelMemory(long bytes)
        : base(0, ownsHandle: true)
    {
        Bytes = bytes;
        SetHandle((nint)NativeMemory.Alloc((nuint)bytes));
    }

    public override bool IsInvalid => handle == 0;

    internal long Bytes { get; }

    /// <summary>First byte; valid until this is disposed.</summary>
    internal byte* Start => (byte*)handle;

    protected override bool ReleaseHandle()
    {
        NativeMemory.Free((void*)handle);
        return true;
    }
}
