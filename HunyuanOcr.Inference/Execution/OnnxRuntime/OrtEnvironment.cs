namespace HunyuanOcr.Inference.Execution.OnnxRuntime;

/// <summary>ONNX Runtime's environment with one thread pool that every session shares.</summary>
/// <remarks>
/// The vision tower and the decoder may run at the same time. With a pool for each session two processors would carry four threads;
/// with the shared pool they carry the two callers and the pool's single worker. The pool's workers spin for a bounded time after their
/// last work and then sleep: decode steps follow each other within that time and are not delayed by waking threads, and an idle
/// server takes no processor time. ONNX Runtime keeps one environment a process: while one lives, a second one gets the first one's pool,
/// whatever its thread count.
/// </remarks>
internal sealed unsafe class OrtEnvironment : OrtHandle
{
    private const int LogErrors = 3;

    /// <summary>ONNX Runtime 1.30 takes the last environment down outside its own lock, and an environment that is made meanwhile fails:
    /// a host that loads a fresh engine while the old one goes would lose both.</summary>
    private static readonly Lock OneAtATime = new();

    private OrtEnvironment(OrtApi api)
        : base(api, OrtFunction.ReleaseEnvironment)
    {
    }

    /// <param name="api">The library.</param>
    /// <param name="threads">Threads that work on one operator, the caller among them; 0 takes one for each processor.</param>
    public static OrtEnvironment Create(OrtApi api, int threads)
    {
        OrtEnvironment environment = new(api);
        nint options;
        api.Check(((delegate* unmanaged<nint*, nint>)api[OrtFunction.CreateThreadingOptions])(&options));
        try
        {
            // Counted here and not by ONNX Runtime, which takes the machine's cores and not the processors given to this process.
            int count = threads > 0 ? threads : Environment.ProcessorCount;
            api.Check(((delegate* unmanaged<nint, int, nint>)api[OrtFunction.SetGlobalIntraOpThreadCount])(options, count));
            api.Check(((delegate* unmanaged<nint, int, nint>)api[OrtFunction.SetGlobalInterOpThreadCount])(options, 1));
            api.Check(((delegate* unmanaged<nint, int, nint>)api[OrtFunction.SetGlobalSpinControl])(options, 1));
            nint created;
            fixed (byte* name = "hunyuanocr\0"u8)
            lock (OneAtATime)
                api.Check(((delegate* unmanaged<int, byte*, nint, nint*, nint>)api[OrtFunction.CreateEnvironmentWithGlobalThreadPools])(LogErrors, name, options, &created));
            environment.SetHandle(created);
            return environment;
        }
        finally
        {
            api.Release(OrtFunction.ReleaseThreadingOptions, options);
        }
    }

    protected override bool ReleaseHandle()
    {
        lock (OneAtATime)
            return base.ReleaseHandle();
    }
}
