namespace HunyuanOcr.Inference.Execution.Cuda.Operators;

/// <summary>One kernel. Launching it allocates nothing, and is recorded where its stream is being recorded.</summary>
internal sealed unsafe class DeviceFunction(CudaDriver driver, nint function, string name)
{
    private readonly delegate* unmanaged<nint, uint, uint, uint, uint, uint, uint, uint, nint, void**, void**, int> launch =
        (delegate* unmanaged<nint, uint, uint, uint, uint, uint, uint, uint, nint, void**, void**, int>)driver.Function("cuLaunchKernel");

    private readonly string doing = $"launching {name}";

    /// <param name="stream">The line of work.</param>
    /// <param name="columns">Blocks along x.</param>
    /// <param name="rows">Blocks along y.</param>
    /// <param name="threads">Of a block.</param>
    /// <param name="sharedBytes">Shared memory that a block asks for.</param>
    /// <param name="arguments">What the kernel is given, in its order.</param>
    /// <exception cref="CudaException">The driver refuses the launch.</exception>
    public void Launch(nint stream, long columns, long rows, int threads, int sharedBytes, ref KernelArguments arguments) =>
        Launch(stream, (columns, rows, 1), threads, sharedBytes, ref arguments);

    /// <param name="stream">The line of work.</param>
    /// <param name="grid">Blocks along x, y and z.</param>
    /// <param name="threads">Of a block.</param>
    /// <param name="sharedBytes">Shared memory that a block asks for.</param>
    /// <param name="arguments">What the kernel is given, in its order.</param>
    /// <exception cref="CudaException">The driver refuses the launch.</exception>
    public void Launch(nint stream, (long X, long Y, long Z) grid, int threads, int sharedBytes, ref KernelArguments arguments)
    {
        void** pointers = stackalloc void*[KernelArguments.Most];
        fixed (long* values = arguments.Values)
        {
            for (int i = 0; i < arguments.Count; i++)
                pointers[i] = values + i;
            driver.Check(launch(function, checked((uint)grid.X), checked((uint)grid.Y), checked((uint)grid.Z), (uint)threads, 1, 1, (uint)sharedBytes, stream, pointers, null), doing);
        }
    }
}

/// <summary>A kernel's arguments: pointers, whole numbers and 32-bit floats, each in a place of eight bytes.</summary>
internal unsafe struct KernelArguments
{
    public const int Most = 20;

    public fixed long Values[Most];

    public int Count { get; private set; }

    public KernelArguments Add(void* pointer)
    {
        Values[Count++] = (long)pointer;
        return this;
    }

    public KernelArguments Add(long number)
    {
        // A kernel's int is the lower half.
        Values[Count++] = number;
        return this;
    }

    public KernelArguments Add(float number)
    {
        Values[Count++] = BitConverter.SingleToInt32Bits(number);
        return this;
    }
}
