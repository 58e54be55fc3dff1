namespace HunyuanOcr.Inference.Execution.Cuda;

/// <summary>The inputs of one run, written one after the other into page-locked memory and copied to the same places on the card at once.</summary>
internal sealed unsafe class PackedInputs : IDisposable
{
    private const int Alignment = 256;

    private readonly PinnedMemory host;
    private readonly DeviceMemory device;
    private readonly byte* first;
    private long used;

    public PackedInputs(CudaContext context, long capacity)
    {
        host = new PinnedMemory(context);
        first = (byte*)host.Reserve(capacity);
        device = new DeviceMemory(context, capacity);
    }

    /// <summary>Begins anew; nothing of the run before may still be on its way.</summary>
    public void Clear() => used = 0;

    /// <summary>The next input's memory, to be written at once.</summary>
    /// <param name="count">Elements.</param>
    /// <param name="address">Where the input will be on the card: the same from run to run while the counts before it are the same.</param>
    /// <exception cref="ArgumentException">There is no room for so many.</exception>
    public Span<T> Take<T>(int count, out nint address)
        where T : unmanaged
    {
        long bytes = (long)count * sizeof(T);
        if (used + bytes > device.Bytes)
            throw new ArgumentException($"{bytes} bytes of inputs do not fit into what is left of {device.Bytes}.", nameof(count));
        address = device.Pointer + (nint)used;
        Span<T> taken = new(first + used, count);
        used = (used + bytes + Alignment - 1) / Alignment * Alignment;
        return taken;
    }

    /// <summary>Copies what was written.</summary>
    public void Upload(CudaStream stream) => stream.Upload(device.Pointer, first, Math.Min(used, device.Bytes));

    public void Dispose()
    {
        device.Dispose();
        host.Dispose();
    }
}
