using System.Globalization;

namespace HunyuanOcr.Web.Documents.Pdf;

/// <summary>Which pages of a document are asked for: "1-3,7", "5-" to the end, nothing for all of them.</summary>
internal static class PageRanges
{
    /// <summary>The page numbers, ascending, each once.</summary>
    /// <param name="text">As it was asked; empty or null asks for every page.</param>
    /// <param name="count">Pages that there are.</param>
    /// <param name="fault">What is wrong with it; null where nothing is.</param>
    internal static IReadOnlyList<int> Parse(string? text, int count, out string? fault)
    {
        fault = null;
        if (string.IsNullOrWhiteSpace(text))
            return [.. Enumerable.Range(1, count)];
        SortedSet<int> pages = [];
        foreach (string part in text.Split(','))
        {
            fault = Range(part.Trim(), count, out int first, out int last);
            if (fault is not null)
                return [];
            for (int page = first; page <= last; page++)
                pages.Add(page);
        }
        return [.. pages];
    }

    private static string? Range(string part, int count, out int first, out int last)
    {
        string[] ends = part.Split('-', 2, StringSplitOptions.TrimEntries);
        last = 0;
        if (!Number(ends[0], out first))
            return $"\"{part}\" is no page or range of pages. Write for example 1-3,7.";
        if (ends.Length == 1)
            last = first;
        else if (ends[1].Length == 0)
            last = count;
        else if (!Number(ends[1], out last))
            return $"\"{part}\" is no range of pages. Write for example 1-3,7.";
        if (first > count || last > count)
            return $"Page {Math.Max(first, last)} is asked for, the document has {count}.";
        return first > last ? $"\"{part}\" runs backwards. Write the smaller page first." : null;
    }

    private static bool Number(string text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= 1;
}
