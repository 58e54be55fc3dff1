using System.Numerics;
using System.Runtime.InteropServices;

namespace HunyuanOcr.Inference.Output;

/// <summary>Watches an answer for a loop: a unit that its end repeats 8 times or more, where <see cref="RepetitionRule"/> says that no page has it so.</summary>
/// <remarks>
/// For every unit length up to 768 it counts how many symbols in a row equal the one a unit before: one vectorised pass over 768 counters
/// a symbol. Every 16 symbols it judges the lengths that repeat. The reference looks at 8 repeats too, every 1,000 characters from the
/// 4,000th on, without regard to what repeats.
/// </remarks>
internal sealed class RepetitionWatch
{
    private const int LongestPeriod = 768, Interval = 16;
    private readonly MaskedText text = new();

    // runs[k] belongs to the period LongestPeriod - k, so that it lies beside the symbol it is compared with.
    private readonly int[] runs = new int[LongestPeriod];
    private int counted;
    private int nextLook = Interval;

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
        while (counted < text.Count && !Fired)
        {
            Count(text.Symbols[..(counted + 1)]);
            if (++counted < nextLook)
                continue;
            nextLook = counted + Interval;
            KeptLength = Find(RepetitionRule.FewestRepeats);
        }
        return Fired;
    }

    /// <summary>Ends an answer that ended by itself or at its limit: repeats that came 10 times or more are trimmed.</summary>
    /// <returns>How much of the answer to keep, in UTF-16 units; null for all.</returns>
    public int? Finish()
    {
        const int RepeatsToTrim = 10;
        if (Fired)
            return KeptLength;
        text.Append("", final: true);
        for (; counted < text.Count; counted++)
            Count(text.Symbols[..(counted + 1)]);
        return KeptLength = Find(RepeatsToTrim);
    }

    // Raises the run of every period whose symbol equals the last one and clears the others.
    private void Count(ReadOnlySpan<int> symbols)
    {
        int last = symbols[^1];
        ReadOnlySpan<int> earlier = symbols[Math.Max(0, symbols.Length - 1 - LongestPeriod)..^1];
        Span<int> counters = runs.AsSpan(LongestPeriod - earlier.Length);
        int done = 0;
        if (earlier.Length == LongestPeriod)
        {
            ReadOnlySpan<Vector<int>> before = MemoryMarshal.Cast<int, Vector<int>>(earlier);
            Span<Vector<int>> blocks = MemoryMarshal.Cast<int, Vector<int>>(counters);
            Vector<int> wanted = new(last);
            for (int block = 0; block < blocks.Length; block++)
            {
                Vector<int> equal = Vector.Equals(before[block], wanted);
                blocks[block] = (blocks[block] + Vector<int>.One) & equal;
            }
            done = blocks.Length * Vector<int>.Count;
        }
        for (int index = done; index < earlier.Length; index++)
            counters[index] = earlier[index] == last ? counters[index] + 1 : 0;
    }

    private int? Find(int repeats)
    {
        int judgedPeriod = 0, judgedLength = 0;
        for (int period = 1; period <= LongestPeriod && period * repeats <= counted; period++)
        {
            int length = period + runs[LongestPeriod - period];
            if (length < period * repeats)
                continue;
            // A multiple of a period that was judged over the same stretch is the same text again, except that boxes may take turns.
            if (length == judgedLength && period % judgedPeriod == 0)
                continue;
            if (RepetitionRule.IsLoop(text, counted, period, length))
                return text.Offset(FirstRepeatEnd(counted - length, period));
            if (!text.Symbols[(counted - period)..counted].Contains(MaskedText.Box))
                (judgedPeriod, judgedLength) = (period, length);
        }
        return null;
    }

    // Behind the first unit of the run; moved on to the end of a box or line where the unit has one.
    private int FirstRepeatEnd(int start, int period)
    {
        int end = start + period;
        foreach (int border in (ReadOnlySpan<int>)[MaskedText.Box, '\n'])
        {
            int found = text.Symbols.Slice(end - 1, period).IndexOf(border);
            if (found >= 0)
                return end + found;
        }
        return end;
    }
}
