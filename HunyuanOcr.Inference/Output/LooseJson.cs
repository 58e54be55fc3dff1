using System.Globalization;
using System.Text;

namespace HunyuanOcr.Inference.Output;

/// <summary>What a <see cref="LooseJson"/> value is.</summary>
internal enum LooseJsonKind
{
    Object,
    Array,
    Text,

    /// <summary>A number, true, false, null, or a bare word.</summary>
    Scalar,
}

/// <summary>A JSON value as a model writes it, with its place in the answer.</summary>
/// <remarks>
/// Read with tolerance: a cut tail closes everything that is open, single quotes count as quotes, commas may be missing or too many, line ends
/// may stand in strings, and a quote that no comma, colon, bracket or end follows belongs to the text.
/// </remarks>
internal sealed class LooseJson
{
    private const int DeepestNesting = 64;
    private readonly List<(string Name, LooseJson Value)> members = [];

    private LooseJson(LooseJsonKind kind, int start) => (Kind, Start) = (kind, start);

    public LooseJsonKind Kind { get; }

    /// <summary>Where the value starts; for a text behind its quote.</summary>
    public int Start { get; }

    /// <summary>Where it ends; for a text before its quote.</summary>
    public int End { get; private set; }

    /// <summary>A text decoded, or a scalar as it stands.</summary>
    public string Text { get; private set; } = "";

    /// <summary>For each UTF-16 unit of a text where it stands in the answer.</summary>
    public IReadOnlyList<int> Offsets { get; private set; } = [];

    /// <summary>Members of an object, or items of an array with empty names.</summary>
    public IReadOnlyList<(string Name, LooseJson Value)> Members => members;

    public bool IsNull => Kind == LooseJsonKind.Scalar && Text is "null" or "None" or "";

    /// <summary>Reads the value that begins at a place; white space before it is skipped.</summary>
    public static LooseJson Read(ReadOnlySpan<char> text, int start)
    {
        int position = start;
        return Value(text, ref position, 0);
    }

    /// <summary>The number that a scalar or a text holds.</summary>
    public bool TryNumber(out double number) => double.TryParse(Text, NumberStyles.Float, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);

    /// <summary>The value as one line of text: items parted by commas, members as "name: value" parted by semicolons; null for null.</summary>
    public string? Flatten() => Kind switch
    {
        LooseJsonKind.Text => Text,
        LooseJsonKind.Scalar => IsNull ? null : Text,
        LooseJsonKind.Array => string.Join(", ", members.Select(member => member.Value.Flatten()).Where(value => !string.IsNullOrEmpty(value))),
        _ => string.Join("; ", members.Select(member => $"{member.Name}: {member.Value.Flatten()}")),
    };

    private static LooseJson Value(ReadOnlySpan<char> text, ref int position, int depth)
    {
        SkipBlank(text, ref position);
        if (position >= text.Length)
            return new LooseJson(LooseJsonKind.Scalar, text.Length) { End = text.Length };
        return text[position] switch
        {
            '{' when depth < DeepestNesting => Container(text, ref position, LooseJsonKind.Object, '}', depth),
            '[' when depth < DeepestNesting => Container(text, ref position, LooseJsonKind.Array, ']', depth),
            '"' or '\'' => Quoted(text, ref position),
            _ => Bare(text, ref position),
        };
    }

    private static LooseJson Container(ReadOnlySpan<char> text, ref int position, LooseJsonKind kind, char close, int depth)
    {
        LooseJson container = new(kind, position++);
        while (true)
        {
            while (position < text.Length && (char.IsWhiteSpace(text[position]) || text[position] == ','))
                position++;
            if (position >= text.Length)
                break;
            if (text[position] is '}' or ']')
            {
                // The wrong bracket ends this one too, and stays for the one that it belongs to.
                if (text[position] == close)
                    position++;
                break;
            }
            int before = position;
            string name = "";
            if (kind == LooseJsonKind.Object)
            {
                name = Value(text, ref position, depth + 1).Text;
                SkipBlank(text, ref position);
                if (position >= text.Length)
                    break;
                if (text[position] is ':' or '：')
                    position++;
            }
            container.members.Add((name, Value(text, ref position, depth + 1)));
            if (position == before)
                position++;
        }
        container.End = position;
        return container;
    }

    private static LooseJson Quoted(ReadOnlySpan<char> text, ref int position)
    {
        char quote = text[position++];
        LooseJson value = new(LooseJsonKind.Text, position);
        StringBuilder decoded = new();
        List<int> offsets = [];
        while (position < text.Length && !(text[position] == quote && Closes(text, position + 1)))
        {
            offsets.Add(position);
            decoded.Append(text[position] == '\\' ? Escaped(text, ref position) : text[position++]);
        }
        value.End = Math.Min(position, text.Length);
        value.Text = decoded.ToString();
        value.Offsets = offsets;
        position++;
        position = Math.Min(position, text.Length);
        return value;
    }

    private static bool Closes(ReadOnlySpan<char> text, int position)
    {
        SkipBlank(text, ref position);
        return position >= text.Length || text[position] is ',' or ':' or '：' or '}' or ']' or '，';
    }

    private static char Escaped(ReadOnlySpan<char> text, ref int position)
    {
        position++;
        if (position >= text.Length)
            return '\\';
        char letter = text[position++];
        switch (letter)
        {
            case 'n': return '\n';
            case 't': return '\t';
            case 'r': return '\r';
            case 'b': return '\b';
            case 'f': return '\f';
            case 'u' when position + 4 <= text.Length && ushort.TryParse(text.Slice(position, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ushort code):
                position += 4;
                return (char)code;
            case '"' or '\'' or '/' or '\\': return letter;
            default:
                // LaTeX and paths are often written without doubling: the backslash stays.
                position--;
                return '\\';
        }
    }

    private static LooseJson Bare(ReadOnlySpan<char> text, ref int position)
    {
        LooseJson value = new(LooseJsonKind.Scalar, position);
        while (position < text.Length && text[position] is not (',' or '}' or ']' or ':' or '\n'))
            position++;
        value.Text = text[value.Start..position].Trim().ToString();
        value.End = value.Start + value.Text.Length;
        return value;
    }

    private static void SkipBlank(ReadOnlySpan<char> text, ref int position)
    {
        while (position < text.Length && char.IsWhiteSpace(text[position]))
            position++;
    }
}
