using HunyuanOcr.Web.Language;
using HunyuanOcr.Web.Persistence;

namespace HunyuanOcr.Web.Batches;

/// <summary>Writes a whole batch while it is read: neither memory nor disk holds all of it.</summary>
internal delegate Task WriteBatch(Stream output, Batch batch, BatchPages pages, Words words, CancellationToken cancellationToken);

/// <summary>A kind of file that a batch can be downloaded as.</summary>
/// <param name="Key">Last part of its address, and what the page's words call it.</param>
/// <param name="Extension">With its dot.</param>
/// <param name="MediaType">As it is served.</param>
/// <param name="WriteAsync">Makes the file.</param>
internal sealed record BatchFormat(string Key, string Extension, string MediaType, WriteBatch WriteAsync)
{
    /// <summary>All, in the order of the menu.</summary>
    internal static IReadOnlyList<BatchFormat> All { get; } =
    [
        new("xlsx", ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", BatchSheet.WriteWorkbookAsync),
        new("csv", ".csv", "text/csv; charset=utf-8", BatchSheet.WriteCsvAsync),
        new("jsonl", ".jsonl", "application/jsonl", BatchJsonLines.WriteAsync),
        new("zip", ".zip", "application/zip", BatchZip.WriteAsync),
    ];

    /// <summary>A format by its key; null where there is none.</summary>
    internal static BatchFormat? Find(string key) => All.FirstOrDefault(format => format.Key == key);

    /// <summary>A name that is a file name on every system: what a visitor called something never leads out of a folder.</summary>
    internal static string FileName(string name)
    {
        string plain = string.Concat(name.Select(letter => letter < ' ' || "\\/:*?\"<>|".Contains(letter, StringComparison.Ordinal) ? '_' : letter)).Trim('.', ' ');
        return plain.Length == 0 ? "batch" : plain;
    }
}
