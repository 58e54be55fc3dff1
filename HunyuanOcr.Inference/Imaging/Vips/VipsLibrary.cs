using System.Reflection;
using System.Runtime.InteropServices;

namespace HunyuanOcr.Inference.Imaging.Vips;

/// <summary>Loads libvips once a process and makes it safe for files of strangers.</summary>
internal static unsafe class VipsLibrary
{
    private const string FileName = "libvips-cpp.so.8.18.7";
    private const int LogLevelWarning = 1 << 4;

    private static readonly Lock _loading = new();
    private static nint _handle;
    private static bool _started;

    /// <summary>Loads the library; the first call decides the folder, later ones do nothing.</summary>
    /// <param name="nativeFolder">Folder of the file; null takes the folder of this assembly.</param>
    /// <exception cref="OcrConfigurationException">The file is missing or cannot be loaded.</exception>
    internal static void Load(string? nativeFolder)
    {
        lock (_loading)
        {
            if (_started)
                return;
            if (_handle == 0)
            {
                _handle = Open(Path.Combine(nativeFolder ?? AssemblyFolder(), FileName));
                NativeLibrary.SetDllImportResolver(typeof(VipsLibrary).Assembly, Resolve);
            }
            Start();
            _started = true;
        }
    }

    /// <summary>Takes the text of the errors since the last call. The buffer is one for the process, so another decoding may have written into it.</summary>
    internal static string TakeErrors()
    {
        nint text = VipsNative.CopyErrors();
        VipsNative.ClearErrors();
        string message = Marshal.PtrToStringUTF8(text)?.Trim() ?? "";
        VipsNative.Free(text);
        return message;
    }

    private static nint Open(string path)
    {
        if (!File.Exists(path))
            throw new OcrConfigurationException([$"EngineOptions.NativeFolder: {FileName} is not in {Path.GetDirectoryName(path)}. Build the project again or name the folder that holds it."]);
        return NativeLibrary.TryLoad(path, out nint handle)
            ? handle
            : throw new OcrConfigurationException([$"EngineOptions.NativeFolder: {path} cannot be loaded. It is built for 64-bit Linux on x86 with glibc; put a library for this system there."]);
    }

    private static string AssemblyFolder() =>
        Path.GetDirectoryName(typeof(VipsLibrary).Assembly.Location) is { Length: > 0 } folder ? folder : AppContext.BaseDirectory;

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? search) => name == VipsNative.Library ? _handle : 0;

    private static void Start()
    {
        if (VipsNative.Init("hunyuanocr") != 0)
            throw new OcrConfigurationException([$"libvips does not start: {TakeErrors()}"]);
        // No operation is worth remembering: each file is decoded once. Each decoding works on its caller's thread.
        VipsNative.SetCacheOperations(0);
        VipsNative.SetConcurrency(1);
        // Only five loaders, by name: "untrusted" of libvips leaves AVIF open.
        VipsNative.BlockOperations("VipsForeignLoad", 1);
        foreach (string loader in (string[])["VipsForeignLoadJpeg", "VipsForeignLoadPng", "VipsForeignLoadWebp", "VipsForeignLoadTiff", "VipsForeignLoadNsgif"])
            VipsNative.BlockOperations(loader, 0);
        // Warnings about a file would go to standard error, once for each bad row.
        VipsNative.SetLogHandler("VIPS", LogLevelWarning, &Ignore, 0);
    }

    [UnmanagedCallersOnly]
    private static void Ignore(nint domain, int level, nint message, nint data)
    {
    }
}
