using System.Runtime.InteropServices;

namespace HunyuanOcr.Inference.Execution.OnnxRuntime;

/// <summary>An object of ONNX Runtime, released once. It holds counted references on the objects that it needs, so these outlive it
/// in whatever order the program disposes them.</summary>
internal abstract class OrtHandle : SafeHandle
{
    private readonly OrtFunction release;
    private SafeHandle[] needed = [];

    protected OrtHandle(OrtApi api, OrtFunction release)
        : base(0, ownsHandle: true)
    {
        Api = api;
        this.release = release;
    }

    public OrtApi Api { get; }

    /// <summary>Whether there is nothing to release: neither a native object nor a reference on another one.</summary>
    public sealed override bool IsInvalid => handle == 0 && needed.Length == 0;

    /// <summary>The native pointer, for a call during which the caller keeps this object alive.</summary>
    public nint Pointer
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);
            return handle;
        }
    }

    protected void Needs(SafeHandle other)
    {
        bool added = false;
        other.DangerousAddRef(ref added);
        needed = [.. needed, other];
    }

    protected override bool ReleaseHandle()
    {
        if (handle != 0)
            Api.Release(release, handle);
        handle = 0;
        foreach (SafeHandle other in needed)
            other.DangerousRelease();
        needed = [];
        return true;
    }
}
