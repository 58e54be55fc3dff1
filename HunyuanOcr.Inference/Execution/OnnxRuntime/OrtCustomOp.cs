using System.Runtime.InteropServices;

namespace HunyuanOcr.Inference.Execution.OnnxRuntime;

/// <summary>struct OrtCustomOp of the C API, version 22: 208 bytes. Callbacks that ONNX Runtime calls without asking whether they are set
/// must be set, or the process dies.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct OrtCustomOp
{
    public uint Version;
    public void* CreateKernel;
    public delegate* unmanaged<OrtCustomOp*, byte*> GetName;
    public delegate* unmanaged<OrtCustomOp*, byte*> GetExecutionProviderType;
    public delegate* unmanaged<OrtCustomOp*, nuint, int> GetInputType;
    public delegate* unmanaged<OrtCustomOp*, nuint> GetInputTypeCount;
    public delegate* unmanaged<OrtCustomOp*, nuint, int> GetOutputType;
    public delegate* unmanaged<OrtCustomOp*, nuint> GetOutputTypeCount;
    public void* KernelCompute;
    public delegate* unmanaged<nint, void> KernelDestroy;
    public delegate* unmanaged<OrtCustomOp*, nuint, int> GetInputCharacteristic;
    public delegate* unmanaged<OrtCustomOp*, nuint, int> GetOutputCharacteristic;
    public delegate* unmanaged<OrtCustomOp*, nuint, int> GetInputMemoryType;
    public void* GetVariadicInputMinArity;
    public void* GetVariadicInputHomogeneity;
    public void* GetVariadicOutputMinArity;
    public void* GetVariadicOutputHomogeneity;
    public delegate* unmanaged<OrtCustomOp*, nint*, nint, nint*, nint> CreateKernelV2;
    public delegate* unmanaged<nint, nint, nint> KernelComputeV2;
    public void* InferOutputShape;
    public delegate* unmanaged<OrtCustomOp*, int> GetStartVersion;
    public delegate* unmanaged<OrtCustomOp*, int> GetEndVersion;
    public void* GetMayInplace;
    public void* ReleaseMayInplace;
    public void* GetAliasMap;
    public void* ReleaseAliasMap;
}
