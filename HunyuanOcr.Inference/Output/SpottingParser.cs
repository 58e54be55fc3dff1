namespace HunyuanOcr.Inference.Output;

/// <summary>Finds lines and boxes in an answer while it streams.</summary>
/// <remarks>
/// Three forms, told apart by how the answer begins: <c>text(x1,y1),(x2,y2)</c> repeated; <c>&lt;pos_x1&gt;...text</c> repeated; a JSON array
/// of objects with box and text, also in a ``` fence. An answer without any box gives one line for each line of text.
/// In the first form a box ends a line at the first pair of points that no other pair follows directly: where several pairs stand side by
/// side, the last is the box and the others are text, as a line without text has no box. A pair in the midst of a text, with more text behind
/// it, cannot be told from the end of a line and is taken as one. A line is handed out as soon as the character behind its box shows that
/// no other pair follows. The first form keeps line ends inside a text; what has no box when the answer ends is cut into lines of its own.
/// </remarks>
internal sealed class SpottingParser
{
    private readonly ConfidenceMap answer;
    private Form form;
    private int lineStart;
    private int scan;
    private OcrBox? leadingBox;
    private bool foundBox;

    /// <summary>Starts with an empty answer.</summary>
    /// <param name="answer">The answer, to which the caller appends before each <see cref="Advance"/>.</param>
    /// <param name="expectBoxes">False for tasks without boxes: every line of text is a line.</param>
    public SpottingParser(ConfidenceMap answer, bool expectBoxes = true)
    {
        this.answer = answer;
        form = expectBoxes ? Form.Unknown : Form.Plain;
    }

    private enum Form
    {
        Unknown,
        BoxBehind,
        BoxAhead,
        Json,
        Plain,
    }

    /// <summary>Takes in what the answer grew by.</summary>
    /// <param name="length">How much of the answer is certain to stay.</param>
    /// <returns>Lines that are complete now.</returns>
    public IReadOnlyList<OcrLine> Advance(int length) => Parse(length, final: false);

    /// <summary>Ends the answer.</summary>
    /// <returns>The last lines; text whose box is missing or cut off comes without one.</returns>
    public IReadOnlyList<OcrLine> Finish() => Parse(answer.Length, final: true);

    private List<OcrLine> Parse(int length, bool final)
    {
        if (length <= scan && !final)
            return [];
        ReadOnlySpan<char> text = answer.Text[..length];
        List<OcrLine> lines = [];
        if (form == Form.Unknown)
            form = Recognise(text, final);
        switch (form)
        {
            case Form.BoxBehind: ParseBoxBehind(text, final, lines); break;
            case Form.BoxAhead: ParseBoxAhead(text, final, lines); break;
            case Form.Json: ParseJson(text, final, lines); break;
            case Form.Plain: ParsePlain(text, final, lines); break;
            default: break;
        }
        return lines;
    }

    private Form Recognise(ReadOnlySpan<char> text, bool final)
    {
        Form undecided = final ? Form.BoxBehind : Form.Unknown;
        int start = text.Length - text.TrimStart().Length;
        if (start == text.Length)
            return undecided;
        if (text[start] == '<')
        {
            Reading quad = Coordinates.ReadQuad(text, start, out _, out _);
            return quad switch { Reading.Yes => Form.BoxAhead, Reading.Partial => undecided, _ => Form.BoxBehind };
        }
        int content = CodeFence.ContentStart(text);
        if (content < 0)
            return undecided;
        ReadOnlySpan<char> rest = text[content..].TrimStart();
        if (rest.IsEmpty)
            return undecided;
        if (rest[0] != '[')
            return Form.BoxBehind;
        ReadOnlySpan<char> behind = rest[1..].TrimStart();
        if (behind.IsEmpty)
            return undecided;
        if (behind[0] is not ('{' or ']'))
            return Form.BoxBehind;
        scan = text.Length - behind.Length;
        return Form.Json;
    }

    private void ParseBoxBehind(ReadOnlySpan<char> text, bool final, List<OcrLine> lines)
    {
        while (true)
        {
            int offset = text[scan..].IndexOf('(');
            if (offset < 0)
            {
                scan = text.Length;
                break;
            }
            scan += offset;
            Reading pair = Coordinates.ReadPair(text, scan, out int end, out OcrBox box);
            if (pair == Reading.No)
            {
                scan++;
                continue;
            }
            if (pair == Reading.Partial)
                break;
            Reading another = end == text.Length ? Reading.Partial : Coordinates.ReadPair(text, end, out _, out _);
            if (another == Reading.Partial && !final)
                return;
            if (another == Reading.Yes)
            {
                scan = end;
                continue;
            }
            foundBox = true;
            AddLine(text, lineStart, scan, box, lines);
            lineStart = scan = end;
        }
        if (!final)
            return;
        // A tail that begins a box is no text, where the answer has boxes at all.
        AddPlainLines(text, lineStart, foundBox ? scan : text.Length, lines);
        lineStart = scan = text.Length;
    }

    private void ParseBoxAhead(ReadOnlySpan<char> text, bool final, List<OcrLine> lines)
    {
        while (scan < text.Length)
        {
            int offset = text[scan..].IndexOf('<');
            if (offset < 0)
            {
                scan = text.Length;
                break;
            }
            scan += offset;
            Reading quad = Coordinates.ReadQuad(text, scan, out int end, out OcrBox box);
            if (quad == Reading.Partial)
                break;
            if (quad == Reading.No)
            {
                scan++;
                continue;
            }
            AddLine(text, lineStart, scan, leadingBox, lines);
            leadingBox = box;
            lineStart = scan = end;
        }
        if (!final)
            return;
        AddLine(text, lineStart, scan, leadingBox, lines);
        lineStart = scan = text.Length;
    }

    private void ParseJson(ReadOnlySpan<char> text, bool final, List<OcrLine> lines)
    {
        while (true)
        {
            int offset = text[scan..].IndexOf('{');
            if (offset < 0)
            {
                scan = text.Length;
                return;
            }
            int start = scan + offset, end = ObjectEnd(text, start);
            if (end < 0 && !final)
            {
                scan = start;
                return;
            }
            AddJsonLine(text[..(end < 0 ? text.Length : end)], start, lines);
            scan = end < 0 ? text.Length : end;
        }
    }

    // Behind the bracket that closes an object, or -1. Strings end at a quote as strict JSON has it.
    private static int ObjectEnd(ReadOnlySpan<char> text, int start)
    {
        int depth = 0;
        bool quoted = false;
        for (int index = start; index < text.Length; index++)
        {
            switch (text[index])
            {
                case '\\' when quoted: index++; break;
                case '"': quoted = !quoted; break;
                case '{' when !quoted: depth++; break;
                case '}' when !quoted && --depth == 0: return index + 1;
                default: break;
            }
        }
        return -1;
    }

    private void AddJsonLine(ReadOnlySpan<char> text, int start, List<OcrLine> lines)
    {
        LooseJson entry = LooseJson.Read(text, start);
        LooseJson? content = Member(entry, "text", "content"), place = Member(entry, "box", "bbox", "bbox_2d");
        if (content is not { Kind: LooseJsonKind.Text or LooseJsonKind.Scalar } || content.Text.Length == 0)
            return;
        float[] raw = answer.Characters(content.Start, content.End - content.Start);
        float[] confidences = [.. Enumerable.Range(0, content.Text.Length).Select(index => LowestBetween(raw, content, index))];
        lines.Add(new OcrLine(content.Text, Box(place), answer.Mean(content.Start, content.End - content.Start), confidences, content.Start));
    }

    // An escape such as \u4e00 is several characters of the answer.
    private static float LowestBetween(float[] raw, LooseJson content, int index)
    {
        if (content.Offsets.Count == 0)
            return raw[index];
        int from = content.Offsets[index] - content.Start;
        int to = index + 1 < content.Offsets.Count ? content.Offsets[index + 1] - content.Start : raw.Length;
        return raw[from..Math.Max(to, from + 1)].Min();
    }

    private static LooseJson? Member(LooseJson entry, params string[] names) =>
        entry.Members.FirstOrDefault(member => names.Contains(member.Name, StringComparer.OrdinalIgnoreCase)).Value;

    private static OcrBox? Box(LooseJson? place)
    {
        if (place is not { Kind: LooseJsonKind.Array, Members.Count: 4 })
            return null;
        Span<double> numbers = stackalloc double[4];
        for (int index = 0; index < 4; index++)
            if (!place.Members[index].Value.TryNumber(out numbers[index]))
                return null;
        return Coordinates.Box(numbers[0], numbers[1], numbers[2], numbers[3]);
    }

    private void ParsePlain(ReadOnlySpan<char> text, bool final, List<OcrLine> lines)
    {
        int end = final ? text.Length : text.LastIndexOf('\n');
        if (end > lineStart)
        {
            AddPlainLines(text, lineStart, end, lines);
            lineStart = end;
        }
        scan = text.Length;
    }

    private void AddPlainLines(ReadOnlySpan<char> text, int start, int end, List<OcrLine> lines)
    {
        foreach (Range range in text[start..end].Split('\n'))
        {
            (int offset, int length) = range.GetOffsetAndLength(end - start);
            AddLine(text, start + offset, start + offset + length, null, lines);
        }
    }

    private void AddLine(ReadOnlySpan<char> text, int start, int end, OcrBox? box, List<OcrLine> lines)
    {
        ReadOnlySpan<char> content = text[start..end];
        start += content.Length - content.TrimStart().Length;
        content = content.Trim();
        if (content.Length > 0)
            lines.Add(new OcrLine(content.ToString(), box, answer.Mean(start, content.Length), answer.Characters(start, content.Length), start));
    }
}
