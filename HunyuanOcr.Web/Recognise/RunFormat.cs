using System.Text;

namespace HunyuanOcr.Web.Recognise;

/// <summary>A kind of file that a result can be downloaded as.</summary>
/// <param name="Key">Last part of its address, and what the page's words call it.</param>
/// <param name="Extension">With its dot.</param>
/// <param name="MediaType">As it is served.</param>
/// <param name="Write">Makes the file of one page or many.</param>
internal sealed record RunFormat(string Key, string Extension, string MediaType, Func<IReadOnlyList<RunPage>, byte[]> Write)
{
    /// <summary>All, in the order of the menu.</summary>
    internal static IReadOnlyList<RunFormat> All { get; } =
    [
        new("text", ".txt", "text/plain; charset=utf-8", static pages => Encoding.UTF8.GetBytes(RunText.Of(pages))),
        new("json", ".json", "application/json", RunJson.Of),
        new("csv", ".csv", "text/csv; charset=utf-8", static pages => RunTable.Of(pages).Csv()),
        new("xlsx", ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", static pages => RunTable.Of(pages).Xlsx()),
        new("markdown", ".md", "text/markdown; charset=utf-8", static pages => Encoding.UTF8.GetBytes(MarkdownSource.Of(pages))),
    ];

    /// <summary>A format by its key; null where there is none.</summary>
    internal static RunFormat? Find(string key) => All.FirstOrDefault(format => format.Key == key);
}
