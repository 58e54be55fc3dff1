using System.Runtime.InteropServices;

namespace HunyuanOcr.Inference.Execution;

/// <summary>Keeps glibc's allocator from holding what pictures and vision passes gave back.</summary>
/// <remarks>
/// Left to itself, glibc raises the size from which memory is mapped, and so given back at once, to the largest block ever freed, up to
/// 32 MiB, and keeps such blocks from then on: over 500 pages of mixed sizes the resident memory of the demo model grew by 4 to 11 %.
/// With the size it starts from made lasting, and two arenas in all (MALLOC_ARENA_MAX, which must be there before the process starts:
/// run.sh sets it), it stays within 1 %. Setting one of its sizes also fixes the other, how much may lie free at the heap's end before it is given
/// back, at 128 KiB: libvips crosses that many times a picture, and each time the pages are faulted in anew. So that one is 4 MiB.
/// </remarks>
internal static partial class NativeHeap
{
    private const int TrimThreshold = -1;
    private const int MapThreshold = -3;
    private const int MappedFrom = 128 * 1024;
    private const int KeptAtTop = 4 << 20;

    /// <summary>Sets it for the whole process, unless whoever started the process chose through MALLOC_MMAP_THRESHOLD_.</summary>
    public static void Steady()
    {
        if (!OperatingSystem.IsLinux() || Environment.GetEnvironmentVariable("MALLOC_MMAP_THRESHOLD_") is not null)
            return;
        try
        {
            _ = SetOption(MapThreshold, MappedFrom);
            _ = SetOption(TrimThreshold, KeptAtTop);
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
