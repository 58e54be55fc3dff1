namespace HunyuanOcr.Inference.Output;

/// <summary>Watches an answer for a loop: a unit that its end repeats 8 times or more, where <see cref="RepetitionRule"/> says that no page has it so.</summary>
/// <remarks>
/// Looks every 32 characters at the last 6,144, with one pass for all unit lengths up to 768: about 0.2 microseconds a character.
/// The reference looks at 8 repeats too, every 1,000 characters from the 4,000th on, without regard to what repeats.
/// </remarks>
internal sealed class RepetitionWatch
{
    private const int Interval = 32, Window = 6144, FirstLook = 64;
    private readonly MaskedText text = new();
    private readonly int[] matches = new int[Window];
    private int nextLook = FirstLook;

    /// <summary>Whether the answer loops; stays so.</summary>
    public bool Fired => KeptLength is not null;

    /// <summary>How much of the answer to keep once it loops, in UTF-16 units: all up to and with the first repeat.</summary>
    public int? KeptLength { get; private set; }

    /// <summary>Takes new text in.</summary>
    /// <returns>Whether the answer loops.</returns>
    public bool Append(string piece)
    {
        if (Fired)
            return true;
        text.Append(piece, final: false);
        if (text.Count < nextLook)
            return false;
        nextLook = text.Count + Interval;
        KeptLength = Find(RepetitionRule.FewestRepeats);
        return Fired;
    }

    /// <summary>Ends an answer that ended by itself or at its limit: repeats that came 10 times or more are trimmed.</summary>
    /// <returns>How much of the answer to keep, in UTF-16 units; null for all.</returns>
    public int? Finish()
    {
        const int RepeatsToTrim = 10;
        if (!Fired)
        {
            text.Append("", final: true);
            KeptLength = Find(RepeatsToTrim);
        }
        return KeptLength;
    }

    private int? Find(int repeats)
    {
        ReadOnlySpan<int> tail = text.Symbols[^Math.Min(Window, text.Count)..];
        MatchBackwards(tail);
        for (int period = 1; period * repeats <= tail.Length; period++)
        {
            int length = period + matches[period];
            if (length >= period * repeats && RepetitionRule.IsLoop(text, period, length))
                return text.Offset(FirstRepeatEnd(period));
        }
        return null;
    }

    // matches[p]: how many symbols before the last p equal those at the end. The Z algorithm, read from the end.
    private void MatchBackwards(ReadOnlySpan<int> tail)
    {
        int last = tail.Length - 1, left = 0, right = 0;
        for (int index = 1; index < tail.Length; index++)
        {
            int match = index < right ? Math.Min(right - index, matches[index - left]) : 0;
            while (index + match < tail.Length && tail[last - match] == tail[last - index - match])
                match++;
            matches[index] = match;
            if (index + match > right)
                (left, right) = (index, index + match);
        }
    }

    // Behind the first unit of the run; moved on to the end of a box or line where the unit has one.
    private int FirstRepeatEnd(int period)
    {
        ReadOnlySpan<int> symbols = text.Symbols;
        int start = symbols.Length - period;
        while (start > 0 && symbols[start - 1] == symbols[start - 1 + period])
            start--;
        int end = start + period;
        foreach (int border in (ReadOnlySpan<int>)[MaskedText.Box, '\n'])
        {
            int found = symbols.Slice(end - 1, period).IndexOf(border);
            if (found >= 0)
                return end + found;
        }
        return end;
    }
}
