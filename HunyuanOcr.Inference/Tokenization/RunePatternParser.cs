using System.Globalization;
using System.Text;

namespace HunyuanOcr.Inference.Tokenization;

/// <summary>Reads the expressions that <see cref="RunePattern"/> supports.</summary>
internal sealed class RunePatternParser(string expression)
{
    private const int Unlimited = int.MaxValue;
    private int position;
    private bool ignoreCase;

    /// <exception cref="FormatException">Something that is not supported.</exception>
    public RunePattern.Node Parse()
    {
        Func<RunePattern.Node, RunePattern.Node> whole = Alternation();
        if (position < expression.Length)
            throw Unsupported("an unopened )");
        return whole(new RunePattern.Accept());
    }

    // Each part becomes a function from "what follows" to a node, as nodes are chained from the end.
    private Func<RunePattern.Node, RunePattern.Node> Alternation()
    {
        List<Func<RunePattern.Node, RunePattern.Node>> ways = [Sequence()];
        while (position < expression.Length && expression[position] == '|')
        {
            position++;
            ways.Add(Sequence());
        }
        return ways.Count == 1 ? ways[0] : next => new RunePattern.Either([.. ways.Select(way => way(next))]);
    }

    private Func<RunePattern.Node, RunePattern.Node> Sequence()
    {
        List<Func<RunePattern.Node, RunePattern.Node>> parts = [];
        while (position < expression.Length && expression[position] is not ('|' or ')'))
            parts.Add(Part());
        return next =>
        {
            for (int index = parts.Count - 1; index >= 0; index--)
                next = parts[index](next);
            return next;
        };
    }

    private Func<RunePattern.Node, RunePattern.Node> Part()
    {
        if (expression[position] == '(')
            return Group();
        RuneClass set = Single();
        (int least, int most) = Quantifier();
        return next => new RunePattern.Repeat(set, least, most, next);
    }

    private Func<RunePattern.Node, RunePattern.Node> Group()
    {
        position++;
        bool outerCase = ignoreCase, lookAhead = false, wanted = true;
        if (Take("?:"))
            wanted = true;
        else if (Take("?i:"))
            ignoreCase = true;
        else if (Take("?="))
            lookAhead = true;
        else if (Take("?!"))
            (lookAhead, wanted) = (true, false);
        else if (position < expression.Length && expression[position] == '?')
            throw Unsupported("the group (" + expression[position..Math.Min(expression.Length, position + 3)]);
        Func<RunePattern.Node, RunePattern.Node> inner = Alternation();
        if (!Take(")"))
            throw Unsupported("a group without )");
        ignoreCase = outerCase;
        if (lookAhead)
            return next => new RunePattern.LookAhead(inner(new RunePattern.Accept()), wanted, next);
        return Quantifier() switch
        {
            (1, 1) => inner,
            (0, 1) => next => new RunePattern.Either([inner(next), next]),
            _ => throw Unsupported("a repeated group"),
        };
    }

    private (int Least, int Most) Quantifier()
    {
        if (position >= expression.Length)
            return (1, 1);
        (int, int) counts;
        switch (expression[position])
        {
            case '?': counts = (0, 1); position++; break;
            case '*': counts = (0, Unlimited); position++; break;
            case '+': counts = (1, Unlimited); position++; break;
            case '{': counts = Braces(); break;
            default: return (1, 1);
        }
        if (position < expression.Length && expression[position] is '?' or '+' or '*')
            throw Unsupported("a lazy, possessive or doubled quantifier");
        return counts;
    }

    private (int Least, int Most) Braces()
    {
        int end = expression.IndexOf('}', position);
        string[] counts = end < 0 ? [] : expression[(position + 1)..end].Split(',');
        position = end + 1;
        if (counts.Length is 1 or 2 && TryCount(counts[0], out int least))
        {
            if (counts.Length == 1)
                return (least, least);
            if (counts[1].Length == 0)
                return (least, Unlimited);
            if (TryCount(counts[1], out int most) && most >= least)
                return (least, most);
        }
        throw Unsupported("a count in braces");
    }

    private static bool TryCount(string digits, out int count) => int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out count);

    private RuneClass Single()
    {
        char here = expression[position];
        switch (here)
        {
            case '[': return Brackets();
            case '.': position++; return RuneClass.AnyButLineFeed();
            case '\\': return Escape();
            case '^' or '$' or '*' or '+' or '?' or '{': throw Unsupported($"the character {here}");
            default: return Literal(TakeRune());
        }
    }

    private RuneClass Literal(int rune)
    {
        RuneClass set = new RuneClass().Add(rune, rune);
        return (ignoreCase ? set.IgnoreCase() : set).Seal();
    }

    private RuneClass Brackets()
    {
        position++;
        RuneClass set = new();
        if (Take("^"))
            set.Negate();
        if (ignoreCase)
            set.IgnoreCase();
        bool first = true;
        while (first || !Take("]"))
        {
            first = false;
            if (position >= expression.Length)
                throw Unsupported("a class without ]");
            if (expression[position] == '[' || expression.AsSpan(position).StartsWith("&&"))
                throw Unsupported("a class inside a class");
            if (expression[position] == '\\' && !IsLiteralEscape())
            {
                set.Add(Escape());
                continue;
            }
            int low = ClassRune();
            int high = low;
            if (position + 1 < expression.Length && expression[position] == '-' && expression[position + 1] != ']')
            {
                position++;
                high = ClassRune();
            }
            if (high < low)
                throw Unsupported("a range that runs backwards");
            set.Add(low, high);
        }
        return set.Seal();
    }

    private int ClassRune()
    {
        if (expression[position] != '\\')
            return TakeRune();
        if (!IsLiteralEscape())
            throw Unsupported("a range that ends with a class");
        position++;
        return EscapedRune();
    }

    private bool IsLiteralEscape() => position + 1 < expression.Length && expression[position + 1] is not ('p' or 'P' or 's' or 'S' or 'd' or 'D' or 'w' or 'W');

    private RuneClass Escape()
    {
        if (IsLiteralEscape())
        {
            position++;
            return Literal(EscapedRune());
        }
        position++;
        if (position >= expression.Length)
            throw Unsupported("a lone \\");
        char kind = expression[position++];
        RuneClass set = char.ToLowerInvariant(kind) switch
        {
            's' => new RuneClass().Add(RuneClass.WhiteSpace()),
            'd' => Categories("Nd"),
            'w' => Categories("L", "M", "N", "Pc"),
            _ => Property(),
        };
        return (char.IsUpper(kind) ? set.Negate() : set).Seal();
    }

    private RuneClass Property()
    {
        string name;
        if (Take("{"))
        {
            int end = expression.IndexOf('}', position);
            if (end < 0)
                throw Unsupported("\\p without }");
            name = expression[position..end];
            position = end + 1;
        }
        else
            name = position < expression.Length ? expression[position++].ToString() : "";
        return Categories(name);
    }

    private RuneClass Categories(params string[] names)
    {
        RuneClass set = new();
        foreach (string name in names)
            if (!set.TryAddCategory(name))
                throw Unsupported($"the property {name}");
        return set;
    }

    private int EscapedRune()
    {
        char here = expression[position];
        if (here is 'n' or 'r' or 't' or 'f' or 'v')
        {
            position++;
            return here switch { 'n' => '\n', 'r' => '\r', 't' => '\t', 'f' => '\f', _ => '\v' };
        }
        if (char.IsAsciiLetterOrDigit(here))
            throw Unsupported($"the escape \\{here}");
        return TakeRune();
    }

    private int TakeRune()
    {
        int rune = RunePattern.RuneAt(expression, position, out int units);
        position += units;
        return rune;
    }

    private bool Take(string wanted)
    {
        if (!expression.AsSpan(position).StartsWith(wanted))
            return false;
        position += wanted.Length;
        return true;
    }

    private FormatException Unsupported(string what) => new($"the regular expression holds {what} at character {Math.Min(position, expression.Length)}, which is not supported: {expression}");
}
