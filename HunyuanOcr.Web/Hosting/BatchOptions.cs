namespace HunyuanOcr.Web.Hosting;

/// <summary>How large batches may be, and how many of their pages are read at a time.</summary>
internal sealed record BatchOptions
{
    /// <summary>Pages that this server reads at a time, of all batches together.</summary>
    internal required int Parallel { get; init; }

    /// <summary>Most files of one batch.</summary>
    internal required int MaxFiles { get; init; }

    /// <summary>Most pages of one batch.</summary>
    internal required int MaxPages { get; init; }

    /// <summary>Largest ZIP in MiB; each file in it has the limit of any other.</summary>
    internal required int MaxArchiveMegabytes { get; init; }

    /// <summary>How long a page stays with a server that gives no sign of life; then another, or the same one after its restart, takes it.</summary>
    internal required TimeSpan Lease { get; init; }

    internal long MaxArchiveBytes => MaxArchiveMegabytes * 1024L * 1024L;

    internal static BatchOptions Read(SettingReader settings) => new()
    {
        Parallel = settings.Number("Batch:Parallel", 4, 1, 256, "pages"),
        MaxFiles = settings.Number("Batch:MaxFiles", 1000, 1, 100_000, "files"),
        MaxPages = settings.Number("Batch:MaxPages", 10_000, 1, 1_000_000, "pages"),
        MaxArchiveMegabytes = settings.Number("Batch:MaxArchiveMegabytes", 2048, 1, 65_536, "MiB"),
        Lease = settings.Seconds("Batch:LeaseSeconds", 30, 1, 3600),
    };
}
