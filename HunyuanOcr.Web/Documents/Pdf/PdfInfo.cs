using System.Globalization;
using System.Text.RegularExpressions;

namespace HunyuanOcr.Web.Documents.Pdf;

/// <summary>What pdfinfo printed.</summary>
/// <param name="PageCount">Pages of the whole file.</param>
/// <param name="Pages">Boxes of the pages that were asked for.</param>
internal sealed partial record PdfInfo(int PageCount, IReadOnlyList<PdfPage> Pages)
{
    /// <summary>Reads its output; null where no page count stands in it.</summary>
    /// <param name="most">Pages that were asked for at most.</param>
    internal static PdfInfo? Parse(string output, int most)
    {
        if (Count().Match(output) is not { Success: true } found || !int.TryParse(found.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int count))
            return null;
        PdfPage[] pages = [.. Enumerable.Range(1, Math.Min(count, most)).Select(number => new PdfPage(number, 0, 0))];
        HashSet<int> turned = [.. Rotation().Matches(output).Where(match => Number(match.Groups[2]) % 180 != 0).Select(match => (int)Number(match.Groups[1]))];
        foreach (Match match in Size().Matches(output))
        {
            int number = (int)Number(match.Groups[1]);
            if (number < 1 || number > pages.Length)
                continue;
            (double width, double height) = (Number(match.Groups[2]), Number(match.Groups[3]));
            pages[number - 1] = turned.Contains(number) ? new(number, height, width) : new(number, width, height);
        }
        return new(count, pages);
    }

    private static double Number(Group group) => double.TryParse(group.ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number) ? number : 0;

    [GeneratedRegex(@"^Pages:\s+(\d+)\s*$", RegexOptions.Multiline)]
    private static partial Regex Count();

    [GeneratedRegex(@"^Page\s+(\d+)\s+size:\s+(\S+) x (\S+) pts", RegexOptions.Multiline)]
    private static partial Regex Size();

    [GeneratedRegex(@"^Page\s+(\d+)\s+rot:\s+(\d+)", RegexOptions.Multiline)]
    private static partial Regex Rotation();
}
