using System.Runtime.InteropServices;

namespace HunyuanOcr.Inference.Execution.Cpu;

/// <summary>Asks Linux to back memory with pages of 2 MiB: attention that streams a cache larger than the processor's reads it about a fifth faster.</summary>
internal static unsafe partial class HugePages
{
    public const int Bytes = 2 * 1024 * 1024;
    private const int AdviseHugePage = 14;

    /// <summary>A wish only: where the system does not grant it, nothing changes.</summary>
    /// <param name="memory">Aligned to <see cref="Bytes"/>.</param>
    /// <param name="length">Bytes from there.</param>
    public static void Ask(void* memory, long length)
    {
        if (OperatingSystem.IsLinux() && length >= Bytes)
            _ = MemoryAdvise(memory, (nuint)length, AdviseHugePage);
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int MemoryAdvise(void* address, nuint length, int advice);
}
