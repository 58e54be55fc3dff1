using System.Runtime.InteropServices;

namespace HunyuanOcr.Inference.Execution.Cuda;

/// <summary>Something that the driver gave, released once, on any thread, before its context.</summary>
internal abstract class CudaObject : SafeHandle
{
    protected CudaObject(CudaContext context)
        : base(0, ownsHandle: true)
    {
        Context = context;
        bool added = false;
        context.DangerousAddRef(ref added);
    }

    /// <summary>Never: also what could not be made has a reference to give back.</summary>
    public sealed override bool IsInvalid => false;

    public CudaContext Context { get; }

    public nint Pointer
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);
            return handle;
        }
    }

    protected CudaDriver Driver => Context.Driver;

    protected abstract void Release(nint pointer);

    protected sealed override bool ReleaseHandle()
    {
        if (handle != 0)
        {
            Context.Enter();
            Release(handle);
        }

        handle = 0;
        Context.DangerousRelease();
        return true;
    }
}
