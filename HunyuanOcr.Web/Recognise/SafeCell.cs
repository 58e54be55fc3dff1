using System.Xml;

namespace HunyuanOcr.Web.Recognise;

/// <summary>Read text on its way into a spreadsheet: a cell that a program would take for a formula begins with an apostrophe, and what a workbook cannot hold falls out.</summary>
internal static class SafeCell
{
    /// <summary>Characters that make some spreadsheet program compute, as OWASP lists them.</summary>
    internal static readonly char[] Formula = ['=', '+', '-', '@', '\t', '\r'];

    /// <summary>Most characters of a cell in a workbook.</summary>
    private const int Longest = 32_767;

    /// <summary>The text as a cell that is shown and never computed.</summary>
    internal static string Of(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return "";
        string clean = text.All(XmlConvert.IsXmlChar) ? text : Clean(text);
        // Blanks in front do not stop every program; full-width signs are taken for the plain ones by some.
        string seen = clean.TrimStart(' ', '\u00A0', '\u3000', '\uFEFF');
        if (seen.Length > 0 && (Formula.Contains(clean[0]) || Formula.Contains(seen[0]) || seen[0] is '＝' or '＋' or '－' or '＠' or '\n'))
            clean = "'" + clean;
        return clean.Length > Longest ? clean[..Longest] : clean;
    }

    private static string Clean(string text)
    {
        System.Text.StringBuilder kept = new(text.Length);
        for (int at = 0; at < text.Length; at++)
        {
            if (at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1]))
                kept.Append(text[at]).Append(text[++at]);
            else if (XmlConvert.IsXmlChar(text[at]))
                kept.Append(text[at]);
        }
        return kept.ToString();
    }
}
