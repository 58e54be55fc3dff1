using System.Runtime.InteropServices;

namespace HunyuanOcr.Inference.Execution;

/// <summary>Keeps glibc's allocator from holding what pictures and vision passes gave back.</summary>
/// <remarks>
/// Left to itself, glibc raises the size from which memory is mapped, and so given back at once, to the largest block ever freed, up to
/// 32 MiB, and keeps such blocks from then on: over 500 pages of mixed sizes the resident memory of the demo model grew by 4 to 11 %.
/// With the size it starts from made lasting, and two arenas in all (MALLOC_ARENA_MAX, which must be there before the process starts:
/// run.sh sets it), it stays within 1 %, at no cost in time that could be measured.
/// </remarks>
internal static partial class NativeHeap
{
    private const int MapThreshold = -3;
    private const int MappedFrom = 128 * 1024;

    /// <summary>Sets it for the whole process, unless whoever started the process chose through MALLOC_MMAP_THRESHOLD_.</summary>
    public static void Steady()
    {
        if (!OperatingSystem.IsLinux() || Environment.GetEnvironmentVariable("MALLOC_MMAP_THRESHOLD_") is not null)
            return;
        try
        {
            _ = SetOption(MapThreshold, MappedFrom);
        }
        catch (EntryPointNotFoundException)
        {
            // Another C library, which has no such habit.
        }
    }

    [LibraryImport("libc", EntryPoint = "mallopt")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetOption(int parameter, int value);
}
