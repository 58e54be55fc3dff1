namespace HunyuanOcr.Inference.Execution.OnnxRuntime;

/// <summary>A tensor over memory that we own. It can be pointed at other memory or given another shape, so that one object serves every step.</summary>
/// <remarks>Not thread-safe. The memory must live as long as a binding holds the tensor.</remarks>
internal sealed unsafe class OrtTensor : OrtHandle
{
    private const int MaxRank = 4;
    private readonly OrtMemoryInfo memory;
    private readonly OrtElementType type;
    private readonly long[] shape = new long[MaxRank];
    private int rank = -1;
    private nint data;

    public OrtTensor(OrtMemoryInfo memory, OrtElementType type)
        : base(memory.Api, OrtFunction.ReleaseValue)
    {
        this.memory = memory;
        this.type = type;
        Needs(memory);
    }

    public ReadOnlySpan<long> Shape => shape.AsSpan(0, Math.Max(rank, 0));

    /// <summary>Points the tensor at memory. Costs nothing and allocates nothing where nothing changed.</summary>
    /// <returns>Whether it changed, and must be bound again.</returns>
    public bool Point(void* address, params ReadOnlySpan<long> dimensions)
    {
        if (data == (nint)address && rank == dimensions.Length && dimensions.SequenceEqual(Shape))
            return false;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(dimensions.Length, MaxRank, nameof(dimensions));
        ObjectDisposedException.ThrowIf(IsClosed, this);
        long count = 1;
        foreach (long dimension in dimensions)
            count *= dimension;
        nint created;
        fixed (long* sizes = dimensions)
        {
            Api.Check(((delegate* unmanaged<nint, void*, nuint, long*, nuint, int, nint*, nint>)Api[OrtFunction.CreateTensorWithData])(
                memory.Pointer, address, (nuint)(count * type.Bytes()), sizes, (nuint)dimensions.Length, (int)type, &created));
        }

        if (handle != 0)
            Api.Release(OrtFunction.ReleaseValue, handle);
        SetHandle(created);
        dimensions.CopyTo(shape);
        rank = dimensions.Length;
        data = (nint)address;
        return true;
    }
}
