using System.Globalization;

namespace OnnxExport.Output;

/// <summary>Room on the disk that a folder is on. The source of the free bytes is replaced in tests.</summary>
internal sealed class DiskSpace(Func<string, long> freeBytes)
{
    private const int UnixNoSpace = 28;
    private const int UnixQuota = 122;
    private const int WindowsNoSpace = unchecked((int)0x80070070);

    public static DiskSpace Machine { get; } = new(folder => new DriveInfo(Path.GetFullPath(folder)).AvailableFreeSpace);

    /// <exception cref="ExportException">There is less room than needed.</exception>
    public void Demand(string folder, long neededBytes)
    {
        long free = freeBytes(folder);
        if (free < neededBytes)
            throw new ExportException($"Not enough disk space in {folder}: the export needs {Bytes(neededBytes)}, {Bytes(free)} are free.");
    }

    /// <summary>Whether a write failed because the disk or the user's share of it is full.</summary>
    public static bool IsFull(IOException fault) => fault.HResult is UnixNoSpace or UnixQuota or WindowsNoSpace;

    /// <summary>The message for a disk that filled up during the export.</summary>
    public ExportException Full(string folder, long neededBytes) =>
        new($"The disk became full while writing to {folder}: the export needs {Bytes(neededBytes)}; {Bytes(freeBytes(folder))} are free now that what was written has been removed.");

    /// <summary>For example "3,984,588,800 bytes (4.0 GB)".</summary>
    public static string Bytes(long bytes) => bytes >= 1_000_000_000
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes:N0} bytes ({bytes / 1e9:0.0} GB)")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes:N0} bytes ({bytes / 1e6:0.0} MB)");
}
