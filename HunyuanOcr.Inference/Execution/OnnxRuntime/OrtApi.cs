using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace HunyuanOcr.Inference.Execution.OnnxRuntime;

/// <summary>ONNX Runtime's C API: its library, loaded once a process and never unloaded, and its table of functions.</summary>
/// <remarks>The table belongs to the library and holds no state of ours, so one instance serves every engine and thread.</remarks>
internal sealed unsafe class OrtApi
{
    /// <summary>Lowest API version that has everything we call; the operator structure of <see cref="OrtCustomOp"/> is that of 22.</summary>
    public const uint RequiredVersion = 22;

    private const string LibraryName = "libonnxruntime.so.1";
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, OrtApi> Loaded = new(StringComparer.Ordinal);

    /// <summary>Empty in a single-file program, where the native libraries lie beside the program.</summary>
    private static readonly string AssemblyFolder = Path.GetDirectoryName(typeof(OrtApi).Assembly.Location) is { Length: > 0 } folder ? folder : AppContext.BaseDirectory;

    private readonly nint* table;

    private OrtApi(nint* table, string version)
    {
        this.table = table;
        Version = version;
    }

    /// <summary>ONNX Runtime's own version, such as 1.30.0.</summary>
    public string Version { get; }

    public nint this[OrtFunction function]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => table[(int)function];
    }

    /// <summary>Loads the library from a folder.</summary>
    /// <param name="folder">Folder with libonnxruntime.so.1; null takes the folder of this assembly.</param>
    /// <exception cref="OcrConfigurationException">It is missing, cannot be loaded, or is too old.</exception>
    public static OrtApi Load(string? folder)
    {
        string path = Path.GetFullPath(Path.Combine(folder ?? AssemblyFolder, LibraryName));
        lock (Gate)
        {
            if (!Loaded.TryGetValue(path, out OrtApi? api))
                Loaded[path] = api = Open(path);
            return api;
        }
    }

    /// <summary>Throws what a status says and releases it; zero is success.</summary>
    /// <exception cref="OrtException">The call failed.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Check(nint status)
    {
        if (status != 0)
            Throw(status);
    }

    /// <summary>A status for ONNX Runtime to receive from a callback; it takes ownership.</summary>
    public nint CreateStatus(OrtErrorCode code, string message)
    {
        fixed (byte* text = Utf8.Terminated(message))
            return ((delegate* unmanaged<int, byte*, nint>)this[OrtFunction.CreateStatus])((int)code, text);
    }

    public void Release(OrtFunction function, nint handle) => ((delegate* unmanaged<nint, void>)this[function])(handle);

    /// <summary>A string that ONNX Runtime allocated with its default allocator, copied and freed.</summary>
    public string TakeString(nint text)
    {
        nint allocator;
        Check(((delegate* unmanaged<nint*, nint>)this[OrtFunction.GetAllocatorWithDefaultOptions])(&allocator));
        string copy = Marshal.PtrToStringUTF8(text) ?? string.Empty;
        Check(((delegate* unmanaged<nint, nint, nint>)this[OrtFunction.AllocatorFree])(allocator, text));
        return copy;
    }

    private static OrtApi Open(string path)
    {
        if (!File.Exists(path))
            throw Unusable($"ONNX Runtime is missing: {path} does not exist. Build HunyuanOcr.Inference again (npm brings the library), or set NativeFolder to the folder that holds {LibraryName}.");
        nint library;
        try
        {
            library = NativeLibrary.Load(path);
        }
        catch (Exception reason) when (reason is DllNotFoundException or BadImageFormatException)
        {
            throw Unusable($"ONNX Runtime at {path} cannot be loaded: {reason.Message}", reason);
        }

        if (!NativeLibrary.TryGetExport(library, "OrtGetApiBase", out nint getBase))
            throw Unusable($"{path} is not ONNX Runtime: it does not export OrtGetApiBase.");
        nint* versions = ((delegate* unmanaged<nint*>)getBase)();
        string version = Marshal.PtrToStringUTF8(((delegate* unmanaged<nint>)versions[1])()) ?? "unknown";
        nint* table = (nint*)((delegate* unmanaged<uint, nint>)versions[0])(RequiredVersion);
        return table != null
            ? new OrtApi(table, version)
            : throw Unusable($"ONNX Runtime {version} at {path} is too old: API version {RequiredVersion} (ONNX Runtime 1.{RequiredVersion}) or later is needed.");
    }

    private static OcrConfigurationException Unusable(string fault, Exception? inner = null) => new([fault], inner);

    private void Throw(nint status)
    {
        int code = ((delegate* unmanaged<nint, int>)this[OrtFunction.GetErrorCode])(status);
        string message = Marshal.PtrToStringUTF8(((delegate* unmanaged<nint, nint>)this[OrtFunction.GetErrorMessage])(status)) ?? string.Empty;
        Release(OrtFunction.ReleaseStatus, status);
        throw new OrtException((OrtErrorCode)code, message);
    }
}
