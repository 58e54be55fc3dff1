using HunyuanOcr.Web.Batches;
using HunyuanOcr.Web.Persistence;

namespace HunyuanOcr.Web.Components.Batches;

/// <summary>Which files a table shows, and in which order.</summary>
/// <param name="Tab">Key of a filter.</param>
/// <param name="Find">Part of the name.</param>
/// <param name="Column">Sorted by this; null is the order in which they came.</param>
/// <param name="Down">The other way round.</param>
internal sealed record BatchOrder(string Tab = "All", string Find = "", string? Column = null, bool Down = false)
{
    /// <summary>Keys of the filters, in order.</summary>
    internal static IReadOnlyList<string> Tabs { get; } = ["All", "Reading", "Done", "Notes", "Failed", "Waiting"];

    internal static bool Passes(BatchFile file, string tab) => tab switch
    {
        "Waiting" => file.State == BatchItemState.Waiting,
        "Reading" => file.State == BatchItemState.Reading,
        "Done" => file.State == BatchItemState.Done,
        "Notes" => file.HasNotes,
        "Failed" => file.State == BatchItemState.Failed,
        _ => true,
    };

    /// <summary>Once the way up, once down, then as they came.</summary>
    internal BatchOrder By(string column) => Column != column ? this with { Column = column, Down = false } : Down ? this with { Column = null, Down = false } : this with { Down = true };

    internal List<BatchFile> Of(IReadOnlyList<BatchFile> files)
    {
        IEnumerable<BatchFile> shown = files.Where(file => Passes(file, Tab) && (Find.Trim().Length == 0 || file.Name.Contains(Find.Trim(), StringComparison.OrdinalIgnoreCase)));
        shown = Column switch
        {
            "File" => shown.OrderBy(file => file.Name, StringComparer.CurrentCultureIgnoreCase),
            "Pages" => shown.OrderBy(file => file.Pages),
            "State" => shown.OrderBy(file => file.State),
            "Lines" => shown.OrderBy(file => file.Lines),
            "Time" => shown.OrderBy(file => file.Seconds),
            _ => shown,
        };
        return Down ? [.. shown.Reverse()] : [.. shown];
    }
}
