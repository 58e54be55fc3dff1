using System.Globalization;

namespace HunyuanOcr.Inference.Execution.Cuda;

/// <summary>Memory of the card, aligned to 256 bytes at least.</summary>
internal sealed unsafe class DeviceMemory : CudaObject
{
    /// <exception cref="CudaException">There is not so much.</exception>
    public DeviceMemory(CudaContext context, long bytes)
        : base(context)
    {
        Bytes = Math.Max(bytes, 1);
        nint pointer;
        int code = Driver.MemoryAllocate(&pointer, (nuint)Bytes);
        if (code != 0)
        {
            Dispose();
            Driver.Check(code, string.Create(CultureInfo.InvariantCulture, $"taking {Bytes / 1048576.0:0.0} MiB of its memory"));
        }

        SetHandle(pointer);
    }

    public long Bytes { get; }

    protected override void Release(nint pointer) => Driver.MemoryFree(pointer);
}
