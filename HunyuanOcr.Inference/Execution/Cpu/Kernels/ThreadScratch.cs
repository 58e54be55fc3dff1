namespace HunyuanOcr.Inference.Execution.Cpu.Kernels;

/// <summary>Working memory of the current thread, kept and reused; freed when the thread is gone.</summary>
internal static unsafe class ThreadScratch
{
    [ThreadStatic]
    private static NativeBuffer? tile;

    [ThreadStatic]
    private static NativeBuffer? plan;

    /// <summary>Memory for one task; the next call on the thread reuses it.</summary>
    public static float* Tile(long floats) => (float*)(tile ??= new NativeBuffer()).Reserve(floats * sizeof(float));

    /// <summary>Memory for one run of an operator, apart from <see cref="Tile"/>.</summary>
    public static byte* Plan(long bytes) => (byte*)(plan ??= new NativeBuffer()).Reserve(bytes);
}
