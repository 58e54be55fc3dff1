namespace HunyuanOcr.Inference.Execution.OnnxRuntime;

/// <summary>Where the memory of a tensor lies.</summary>
internal sealed unsafe class OrtMemoryInfo : OrtHandle
{
    private const int DeviceAllocator = 0;
    private const int DefaultMemory = 0;

    private OrtMemoryInfo(OrtApi api)
        : base(api, OrtFunction.ReleaseMemoryInfo)
    {
    }

    public static OrtMemoryInfo Cpu(OrtApi api)
    {
        OrtMemoryInfo memory = new(api);
        nint created;
        api.Check(((delegate* unmanaged<int, int, nint*, nint>)api[OrtFunction.CreateCpuMemoryInfo])(DeviceAllocator, DefaultMemory, &created));
        memory.SetHandle(created);
        return memory;
    }

    /// <summary>Memory of an NVIDIA card.</summary>
    public static OrtMemoryInfo Cuda(OrtApi api, int device)
    {
        OrtMemoryInfo memory = new(api);
        nint created;
        fixed (byte* name = "Cuda\0"u8)
            api.Check(((delegate* unmanaged<byte*, int, int, int, nint*, nint>)api[OrtFunction.CreateMemoryInfo])(name, DeviceAllocator, device, DefaultMemory, &created));
        memory.SetHandle(created);
        return memory;
    }
}
