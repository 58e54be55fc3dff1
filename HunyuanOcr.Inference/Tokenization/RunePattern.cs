using System.Runtime.CompilerServices;

namespace HunyuanOcr.Inference.Tokenization;

/// <summary>A backtracking regular expression over Unicode scalar values: what pre-tokenizers of byte-level BPE are written in.</summary>
/// <remarks>
/// Supported: alternation, groups without capture, (?i:...), (?=...), (?!...), classes, \p{..} of general categories, \s \S \d \w escapes,
/// greedy quantifiers on a single character, ? on a group. Anything else is refused by <see cref="RunePatternParser"/>.
/// Why not System.Text.RegularExpressions: its \p{L} sees half of a character outside the BMP, so ids would differ from the reference library.
/// Recursion is bounded by the size of the pattern, not by the text.
/// </remarks>
internal sealed class RunePattern
{
    // Parse and match go as deep as the expression is long; a process does not survive its stack. Published ones have some 200 characters.
    private const int LongestExpression = 1000;

    private readonly Node start;

    internal RunePattern(Node start) => this.start = start;

    /// <summary>Parses an expression.</summary>
    /// <exception cref="FormatException">It holds something that is not supported; the message names it.</exception>
    public static RunePattern Parse(string expression) => expression.Length <= LongestExpression
        ? new(new RunePatternParser(expression).Parse())
        : throw new FormatException($"a regular expression of more than {LongestExpression:N0} characters is not supported");

    /// <summary>The end of the match that begins exactly at a place in well-formed UTF-16, or -1.</summary>
    public int MatchAt(ReadOnlySpan<char> text, int position) => start.Match(text, position);

    /// <summary>The scalar value at a place and how many UTF-16 units it takes.</summary>
    internal static int RuneAt(ReadOnlySpan<char> text, int position, out int units)
    {
        char first = text[position];
        if (char.IsHighSurrogate(first) && position + 1 < text.Length)
        {
            units = 2;
            return char.ConvertToUtf32(first, text[position + 1]);
        }
        units = 1;
        return first;
    }

    /// <summary>One step of a match, chained to what must follow it.</summary>
    internal abstract class Node
    {
        /// <summary>End of the match from here on, or -1.</summary>
        public abstract int Match(ReadOnlySpan<char> text, int position);
    }

    /// <summary>The end of the pattern.</summary>
    internal sealed class Accept : Node
    {
        public override int Match(ReadOnlySpan<char> text, int position) => position;
    }

    /// <summary>Characters of a class, as many as possible between two counts.</summary>
    internal sealed class Repeat(RuneClass set, int least, int most, Node next) : Node
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public override int Match(ReadOnlySpan<char> text, int position)
        {
            int end = position, count = 0;
            while (count < most && end < text.Length && set.Contains(RuneAt(text, end, out int units)))
            {
                end += units;
                count++;
            }
            for (; count >= least; count--)
            {
                int matched = next.Match(text, end);
                if (matched >= 0)
                    return matched;
                if (count > 0)
                    end -= char.IsLowSurrogate(text[end - 1]) ? 2 : 1;
            }
            return -1;
        }
    }

    /// <summary>The first of several ways that leads to a match.</summary>
    internal sealed class Either(IReadOnlyList<Node> ways) : Node
    {
        public override int Match(ReadOnlySpan<char> text, int position)
        {
            foreach (Node way in ways)
            {
                int matched = way.Match(text, position);
                if (matched >= 0)
                    return matched;
            }
            return -1;
        }
    }

    /// <summary>Something that must, or must not, follow; takes no characters.</summary>
    internal sealed class LookAhead(Node inner, bool wanted, Node next) : Node
    {
        public override int Match(ReadOnlySpan<char> text, int position) =>
            inner.Match(text, position) >= 0 == wanted ? next.Match(text, position) : -1;
    }
}
