using System.Text;

namespace HunyuanOcr.Inference.Output;

/// <summary>Whether a unit that repeats is a loop of the model or something that pages really hold.</summary>
/// <remarks>
/// A unit must repeat 8 times at least, and its repeats together must be longer than a page has it:
/// plain text with letters or digits 200 characters; only blanks 200; signs (dot leaders, rules, boxes to tick) 1,000; table cells, that is
/// anything with a tag, | or &amp;, 4,000 characters or 800 letters and digits. With boxes: a loop where the last 8 repeats stay in place,
/// each box covering more than half of the one a unit earlier, or where 100 repeats came, more than a page has rows.
/// </remarks>
internal static class RepetitionRule
{
    public const int FewestRepeats = 8;
    private const int MostPlain = 200, MostBlank = 200, MostSigns = 1000, MostCells = 4000, MostCellContent = 800, MostRows = 100;

    /// <summary>Judges a run of repeats.</summary>
    /// <param name="text">The text.</param>
    /// <param name="end">Behind the last symbol of the run.</param>
    /// <param name="period">Symbols of the unit.</param>
    /// <param name="length">Symbols of the run, at least 8 units.</param>
    public static bool IsLoop(MaskedText text, int end, int period, int length)
    {
        ReadOnlySpan<int> unit = text.Symbols[(end - period)..end];
        return unit.Contains(MaskedText.Box) ? StaysInPlace(text, end, period, length) : length >= Limit(unit, length / period);
    }

    private static int Limit(ReadOnlySpan<int> unit, int repeats)
    {
        StringBuilder content = new();
        bool cells = StripTags(unit, content), blank = true;
        int word = 0;
        foreach (ReadOnlyMemory<char> chunk in content.GetChunks())
            foreach (char letter in chunk.Span)
            {
                blank &= char.IsWhiteSpace(letter);
                cells |= letter is '|' or '&' or '\t';
                // Han beyond the BMP comes as surrogates, which are letters here.
                word += char.IsLetterOrDigit(letter) || char.IsSurrogate(letter) ? 1 : 0;
            }
        if (cells)
            return word * repeats >= MostCellContent ? 0 : MostCells;
        return word > 0 ? MostPlain : blank ? MostBlank : MostSigns;
    }

    // Puts what stands outside <...> into content; a unit may begin within a tag.
    private static bool StripTags(ReadOnlySpan<int> unit, StringBuilder content)
    {
        int close = unit.IndexOf('>'), open = unit.IndexOf('<');
        if (close < 0 || open < 0)
        {
            foreach (int symbol in unit)
                content.Append((char)symbol);
            return false;
        }
        bool inside = close < open;
        foreach (int symbol in unit)
        {
            if (symbol == '<')
                inside = true;
            else if (symbol == '>')
                inside = false;
            else if (!inside)
                content.Append((char)symbol);
        }
        return true;
    }

    private static bool StaysInPlace(MaskedText text, int end, int period, int length)
    {
        if (length / period >= MostRows)
            return true;
        ReadOnlySpan<int> symbols = text.Symbols;
        int first = end - period * (FewestRepeats - 1);
        for (int index = first; index < end; index++)
            if (symbols[index] == MaskedText.Box && !Covers(text.BoxAt(index - period), text.BoxAt(index)))
                return false;
        return true;
    }

    // More than half of the smaller box; edges count as one thousandth, so that a box without area has one.
    private static bool Covers(OcrBox left, OcrBox right)
    {
        long width = Math.Min(left.Right, right.Right) - Math.Max(left.Left, right.Left) + 1;
        long height = Math.Min(left.Bottom, right.Bottom) - Math.Max(left.Top, right.Top) + 1;
        return width > 0 && height > 0 && 2 * width * height > Math.Min(Area(left), Area(right));
    }

    private static long Area(OcrBox box) => (box.Right - box.Left + 1L) * (box.Bottom - box.Top + 1L);
}
