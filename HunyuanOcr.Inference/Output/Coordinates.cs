using System.Globalization;

namespace HunyuanOcr.Inference.Output;

/// <summary>Whether text at a place holds something.</summary>
internal enum Reading
{
    /// <summary>It does not, whatever comes.</summary>
    No,

    /// <summary>The text ends before that is certain.</summary>
    Partial,

    /// <summary>It does.</summary>
    Yes,
}

/// <summary>Reads the two ways in which a box is written: <c>(x1,y1),(x2,y2)</c> and <c>&lt;pos_x1&gt;&lt;pos_y1&gt;&lt;pos_x2&gt;&lt;pos_y2&gt;</c>.</summary>
/// <remarks>
/// A coordinate has up to four digits, no leading zero, perhaps a minus; so (1,000),(2,000) is text. One blank may follow a comma.
/// Values beyond 0 to 1000 are clamped, and swapped corners are put in order.
/// </remarks>
internal static class Coordinates
{
    public const int Highest = 1000;

    private const string PairPattern = "(#,#),(#,#)", QuadPattern = "<pos_#><pos_#><pos_#><pos_#>", ListPattern = "[#,#,#,#]";

    /// <summary>Reads <c>(x1,y1),(x2,y2)</c>.</summary>
    public static Reading ReadPair(ReadOnlySpan<char> text, int start, out int end, out OcrBox box) => Read(text, start, PairPattern, out end, out box);

    /// <summary>Reads four <c>&lt;pos_n&gt;</c>.</summary>
    public static Reading ReadQuad(ReadOnlySpan<char> text, int start, out int end, out OcrBox box) => Read(text, start, QuadPattern, out end, out box);

    /// <summary>Reads <c>[x1,y1,x2,y2]</c> of a JSON answer.</summary>
    public static Reading ReadList(ReadOnlySpan<char> text, int start, out int end, out OcrBox box) => Read(text, start, ListPattern, out end, out box);

    /// <summary>A box of any four numbers, clamped and in order.</summary>
    public static OcrBox Box(double x1, double y1, double x2, double y2)
    {
        (int left, int top, int right, int bottom) = (Clamp(x1), Clamp(y1), Clamp(x2), Clamp(y2));
        return new OcrBox(Math.Min(left, right), Math.Min(top, bottom), Math.Max(left, right), Math.Max(top, bottom));
    }

    private static int Clamp(double value) => (int)Math.Round(Math.Clamp(value, 0, Highest));

    // # in a pattern is a number; everything else stands for itself.
    private static Reading Read(ReadOnlySpan<char> text, int start, string pattern, out int end, out OcrBox box)
    {
        Span<int> numbers = stackalloc int[4];
        int count = 0;
        end = start;
        box = default;
        foreach (char expected in pattern)
        {
            if (end > start && text[end - 1] == ',' && end < text.Length && text[end] == ' ')
                end++;
            if (end >= text.Length)
                return Reading.Partial;
            if (expected != '#')
            {
                if (text[end++] != expected)
                    return Reading.No;
                continue;
            }
            Reading number = ReadNumber(text, ref end, out numbers[count++]);
            if (number != Reading.Yes)
                return number;
        }
        box = Box(numbers[0], numbers[1], numbers[2], numbers[3]);
        return Reading.Yes;
    }

    private static Reading ReadNumber(ReadOnlySpan<char> text, ref int end, out int number)
    {
        int start = end;
        if (text[end] == '-')
            end++;
        int digits = end;
        while (end < text.Length && char.IsAsciiDigit(text[end]))
            end++;
        number = 0;
        int count = end - digits;
        if (count > 4 || (count > 1 && text[digits] == '0'))
            return Reading.No;
        if (end >= text.Length)
            return Reading.Partial;
        return int.TryParse(text[start..end], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number) ? Reading.Yes : Reading.No;
    }
}
