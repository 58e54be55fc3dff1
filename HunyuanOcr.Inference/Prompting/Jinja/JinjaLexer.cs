using System.Globalization;
using System.Text;

namespace HunyuanOcr.Inference.Prompting.Jinja;

/// <summary>What a token of a tag is.</summary>
internal enum JinjaTokenKind
{
    Name,
    Text,
    Number,
    Symbol,
}

/// <summary>One token inside a tag.</summary>
internal readonly record struct JinjaToken(JinjaTokenKind Kind, string Value);

/// <summary>A part of a template: literal text, an output tag or a statement tag.</summary>
/// <param name="Kind">'t' text, '{' output, '%' statement.</param>
/// <param name="Text">Of literal text.</param>
/// <param name="Tokens">Of a tag.</param>
internal sealed record JinjaPart(char Kind, string Text, IReadOnlyList<JinjaToken> Tokens);

/// <summary>Cuts a template into parts, with the white-space rules that transformers sets: trim_blocks and lstrip_blocks.</summary>
internal sealed class JinjaLexer(string source)
{
    private static readonly string[] Symbols = ["==", "!=", "<=", ">=", "//", "**", "<", ">", "+", "-", "*", "/", "%", "~", "(", ")", "[", "]", "{", "}", ",", ".", ":", "|", "="];
    private readonly List<JinjaPart> parts = [];
    private int position;

    /// <exception cref="FormatException">A tag is not closed or holds an unknown character.</exception>
    public static IReadOnlyList<JinjaPart> Read(string source)
    {
        // Jinja drops one line end at the end of a template.
        JinjaLexer lexer = new(source.ReplaceLineEndings("\n") is var text && text.EndsWith('\n') ? text[..^1] : text);
        lexer.Read();
        return lexer.parts;
    }

    private void Read()
    {
        bool stripStart = false, dropLineEnd = false;
        while (true)
        {
            int tag = NextTag();
            string text = source[position..tag];
            bool atLineStart = position == 0 || (dropLineEnd && text.StartsWith('\n'));
            if (stripStart)
                text = text.TrimStart();
            else if (dropLineEnd && text.StartsWith('\n'))
                text = text[1..];
            bool end = tag >= source.Length;
            char kind = end ? ' ' : source[tag + 1];
            char sign = end || tag + 2 >= source.Length ? ' ' : source[tag + 2];
            if (!end && sign == '-')
                text = text.TrimEnd();
            else if (!end && kind != '{' && sign != '+')
                text = StripLineStart(text, atLineStart);
            if (text.Length > 0)
                parts.Add(new JinjaPart('t', text, []));
            if (end)
                return;
            position = tag + (sign is '-' or '+' ? 3 : 2);
            stripStart = kind == '#' ? SkipComment() : ReadTag(kind);
            dropLineEnd = kind != '{';
        }
    }

    // lstrip_blocks: blanks between the start of the line and a statement are not output.
    private static string StripLineStart(string text, bool atLineStart)
    {
        string kept = text.TrimEnd(' ', '\t');
        return kept.EndsWith('\n') || (kept.Length == 0 && atLineStart) ? kept : text;
    }

    private int NextTag()
    {
        for (int at = position; at + 1 < source.Length; at++)
            if (source[at] == '{' && source[at + 1] is '{' or '%' or '#')
                return at;
        return source.Length;
    }

    private bool SkipComment()
    {
        int end = source.IndexOf("#}", position, StringComparison.Ordinal);
        if (end < 0)
            throw new FormatException("a comment is not closed");
        position = end + 2;
        return source[end - 1] == '-';
    }

    private bool ReadTag(char kind)
    {
        string close = kind == '{' ? "}}" : "%}";
        List<JinjaToken> tokens = [];
        int depth = 0;
        while (true)
        {
            while (position < source.Length && char.IsWhiteSpace(source[position]))
                position++;
            if (position >= source.Length)
                throw new FormatException("a tag is not closed");
            ReadOnlySpan<char> rest = source.AsSpan(position);
            bool strip = rest[0] is '-' && rest[1..].StartsWith(close);
            if (depth == 0 && (strip || rest.StartsWith(close)))
            {
                position += strip ? 3 : 2;
                parts.Add(new JinjaPart(kind, "", tokens));
                return strip;
            }
            JinjaToken token = ReadToken();
            if (token.Kind == JinjaTokenKind.Symbol)
                depth += token.Value is "{" or "(" or "[" ? 1 : token.Value is "}" or ")" or "]" ? -1 : 0;
            tokens.Add(token);
        }
    }

    private JinjaToken ReadToken()
    {
        char first = source[position];
        if (first is '\'' or '"')
            return new JinjaToken(JinjaTokenKind.Text, ReadString(first));
        int start = position;
        if (char.IsLetter(first) || first == '_')
        {
            while (position < source.Length && (char.IsLetterOrDigit(source[position]) || source[position] == '_'))
                position++;
            return new JinjaToken(JinjaTokenKind.Name, source[start..position]);
        }
        if (char.IsAsciiDigit(first))
        {
            while (position < source.Length && char.IsAsciiDigit(source[position]))
                position++;
            return new JinjaToken(JinjaTokenKind.Number, source[start..position]);
        }
        foreach (string symbol in Symbols)
            if (source.AsSpan(position).StartsWith(symbol))
            {
                position += symbol.Length;
                return new JinjaToken(JinjaTokenKind.Symbol, symbol);
            }
        throw new FormatException($"the character {first} in a tag is not supported");
    }

    private string ReadString(char quote)
    {
        StringBuilder text = new();
        for (position++; position < source.Length; position++)
        {
            char letter = source[position];
            if (letter == quote)
            {
                position++;
                return text.ToString();
            }
            if (letter != '\\' || position + 1 >= source.Length)
            {
                text.Append(letter);
                continue;
            }
            letter = source[++position];
            text.Append(letter switch { 'n' => '\n', 't' => '\t', 'r' => '\r', 'u' => ReadCode(), '\\' or '\'' or '"' => letter, _ => throw new FormatException($"the escape \\{letter} is not supported") });
        }
        throw new FormatException("a string is not closed");
    }

    private char ReadCode()
    {
        if (position + 4 >= source.Length || !ushort.TryParse(source.AsSpan(position + 1, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ushort code))
            throw new FormatException("a \\u escape needs four digits");
        position += 4;
        return (char)code;
    }
}
