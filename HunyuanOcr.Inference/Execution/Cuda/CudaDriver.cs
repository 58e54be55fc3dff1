using System.Runtime.InteropServices;
using System.Text;

namespace HunyuanOcr.Inference.Execution.Cuda;

/// <summary>The functions of NVIDIA's driver API (libcuda.so.1) that we call; loaded once a process. Every call returns a code, zero for success.</summary>
/// <remarks>The driver comes with the card, so no toolkit is needed. Its contexts, streams and pointers are those of the runtime library that ONNX Runtime uses.</remarks>
internal sealed unsafe class CudaDriver
{
    public const string LibraryName = "libcuda.so.1";

    private static readonly Lock Gate = new();
    private static CudaDriver? loaded;

    private readonly nint library;

    private CudaDriver(nint library)
    {
        this.library = library;
        Init = (delegate* unmanaged<uint, int>)Function("cuInit");
        DriverGetVersion = (delegate* unmanaged<int*, int>)Function("cuDriverGetVersion");
        DeviceGetCount = (delegate* unmanaged<int*, int>)Function("cuDeviceGetCount");
        DeviceGet = (delegate* unmanaged<int*, int, int>)Function("cuDeviceGet");
        DeviceGetName = (delegate* unmanaged<byte*, int, int, int>)Function("cuDeviceGetName");
        DeviceGetAttribute = (delegate* unmanaged<int*, int, int, int>)Function("cuDeviceGetAttribute");
        PrimaryContextRetain = (delegate* unmanaged<nint*, int, int>)Function("cuDevicePrimaryCtxRetain");
        PrimaryContextRelease = (delegate* unmanaged<int, int>)Function("cuDevicePrimaryCtxRelease_v2");
        ContextSetCurrent = (delegate* unmanaged<nint, int>)Function("cuCtxSetCurrent");
        MemoryGetInfo = (delegate* unmanaged<nuint*, nuint*, int>)Function("cuMemGetInfo_v2");
        MemoryAllocate = (delegate* unmanaged<nint*, nuint, int>)Function("cuMemAlloc_v2");
        MemoryFree = (delegate* unmanaged<nint, int>)Function("cuMemFree_v2");
        HostAllocate = (delegate* unmanaged<nint*, nuint, uint, int>)Function("cuMemHostAlloc");
        HostFree = (delegate* unmanaged<nint, int>)Function("cuMemFreeHost");
        CopyToDevice = (delegate* unmanaged<nint, void*, nuint, nint, int>)Function("cuMemcpyHtoDAsync_v2");
        CopyToHost = (delegate* unmanaged<void*, nint, nuint, nint, int>)Function("cuMemcpyDtoHAsync_v2");
        CopyOnDevice = (delegate* unmanaged<nint, nint, nuint, nint, int>)Function("cuMemcpyDtoDAsync_v2");
        Fill = (delegate* unmanaged<nint, byte, nuint, nint, int>)Function("cuMemsetD8Async");
        StreamCreate = (delegate* unmanaged<nint*, uint, int, int>)Function("cuStreamCreateWithPriority");
        StreamPriorityRange = (delegate* unmanaged<int*, int*, int>)Function("cuCtxGetStreamPriorityRange");
        StreamDestroy = (delegate* unmanaged<nint, int>)Function("cuStreamDestroy_v2");
        StreamSynchronize = (delegate* unmanaged<nint, int>)Function("cuStreamSynchronize");
        EventCreate = (delegate* unmanaged<nint*, uint, int>)Function("cuEventCreate");
        EventDestroy = (delegate* unmanaged<nint, int>)Function("cuEventDestroy_v2");
        EventRecord = (delegate* unmanaged<nint, nint, int>)Function("cuEventRecord");
        EventElapsed = (delegate* unmanaged<float*, nint, nint, int>)Function("cuEventElapsedTime");
    }

    public delegate* unmanaged<uint, int> Init { get; }

    public delegate* unmanaged<int*, int> DriverGetVersion { get; }

    public delegate* unmanaged<int*, int> DeviceGetCount { get; }

    public delegate* unmanaged<int*, int, int> DeviceGet { get; }

    public delegate* unmanaged<byte*, int, int, int> DeviceGetName { get; }

    public delegate* unmanaged<int*, int, int, int> DeviceGetAttribute { get; }

    public delegate* unmanaged<nint*, int, int> PrimaryContextRetain { get; }

    public delegate* unmanaged<int, int> PrimaryContextRelease { get; }

    public delegate* unmanaged<nint, int> ContextSetCurrent { get; }

    public delegate* unmanaged<nuint*, nuint*, int> MemoryGetInfo { get; }

    public delegate* unmanaged<nint*, nuint, int> MemoryAllocate { get; }

    public delegate* unmanaged<nint, int> MemoryFree { get; }

    public delegate* unmanaged<nint*, nuint, uint, int> HostAllocate { get; }

    public delegate* unmanaged<nint, int> HostFree { get; }

    public delegate* unmanaged<nint, void*, nuint, nint, int> CopyToDevice { get; }

    public delegate* unmanaged<void*, nint, nuint, nint, int> CopyToHost { get; }

    public delegate* unmanaged<nint, nint, nuint, nint, int> CopyOnDevice { get; }

    public delegate* unmanaged<nint, byte, nuint, nint, int> Fill { get; }

    public delegate* unmanaged<nint*, uint, int, int> StreamCreate { get; }

    public delegate* unmanaged<int*, int*, int> StreamPriorityRange { get; }

    public delegate* unmanaged<nint, int> StreamDestroy { get; }

    public delegate* unmanaged<nint, int> StreamSynchronize { get; }

    public delegate* unmanaged<nint*, uint, int> EventCreate { get; }

    public delegate* unmanaged<nint, int> EventDestroy { get; }

    public delegate* unmanaged<nint, nint, int> EventRecord { get; }

    public delegate* unmanaged<float*, nint, nint, int> EventElapsed { get; }

    /// <summary>Loads the library; null where this machine has no NVIDIA driver.</summary>
    public static CudaDriver? TryLoad()
    {
        lock (Gate)
        {
            if (loaded is null && NativeLibrary.TryLoad(LibraryName, out nint library))
                loaded = new CudaDriver(library);
            return loaded;
        }
    }

    /// <summary>Throws what a code says; zero is success.</summary>
    /// <exception cref="CudaException">The call failed.</exception>
    public void Check(int code, string doing)
    {
        if (code != 0)
            throw new CudaException(code, $"CUDA failed {doing}: {Name(code)}.");
    }

    /// <summary>A further function, for those who need one that is not here.</summary>
    public nint Function(string name) => NativeLibrary.GetExport(library, name);

    /// <summary>The driver's own words for a code.</summary>
    public string Name(int code)
    {
        byte* text;
        return ((delegate* unmanaged<int, byte**, int>)Function("cuGetErrorString"))(code, &text) == 0
            ? Marshal.PtrToStringUTF8((nint)text) ?? $"error {code}"
            : $"error {code}";
    }

    /// <summary>A card's name, such as NVIDIA H200.</summary>
    public string DeviceName(int device)
    {
        byte* name = stackalloc byte[128];
        Check(DeviceGetName(name, 128, device), "reading the card's name");
        return Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name));
    }
}
