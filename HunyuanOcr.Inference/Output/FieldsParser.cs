namespace HunyuanOcr.Inference.Output;

/// <summary>Reads the fields of an EXTRACT answer.</summary>
/// <remarks>
/// Takes a JSON object, also inside a ``` fence, behind some words, cut off, or as a list of objects; "name: value" lines; and for one asked
/// field the bare value. Asked fields come first, in the asked order, with null where the answer has none; then what else the model gave.
/// </remarks>
internal static class FieldsParser
{
    /// <summary>Reads an answer.</summary>
    /// <param name="answer">The whole answer.</param>
    /// <param name="asked">Names that were asked; empty takes whatever the answer holds.</param>
    public static IReadOnlyList<OcrField> Parse(ConfidenceMap answer, IReadOnlyList<string> asked)
    {
        List<OcrField> found = Found(answer, asked);
        List<OcrField> fields = [];
        foreach (string name in asked)
        {
            OcrField? best = found.Find(field => SameName(field.Name, name) && field.Value is not null) ?? found.Find(field => SameName(field.Name, name));
            fields.Add(best is null ? new OcrField(name, null, 0) : best with { Name = name });
        }
        foreach (OcrField extra in found)
            if (!fields.Exists(field => SameName(field.Name, extra.Name)))
                fields.Add(extra);
        return fields;
    }

    private static List<OcrField> Found(ConfidenceMap answer, IReadOnlyList<string> asked)
    {
        ReadOnlySpan<char> text = answer.Text;
        int content = CodeFence.ContentStart(text);
        int start = content < 0 ? -1 : text[content..].IndexOfAny('{', '[');
        if (start >= 0 && LooseJson.Read(text, content + start) is { Members.Count: > 0 } json)
        {
            List<OcrField> members = [.. Objects(json).SelectMany(entry => entry.Members).Where(member => member.Name.Length > 0)
                .Select(member => new OcrField(member.Name, member.Value.Flatten(), answer.Mean(member.Value.Start, member.Value.End - member.Value.Start)) { Start = member.Value.IsNull ? -1 : member.Value.Start })];
            if (members.Count > 0)
                return members;
        }
        List<OcrField> lines = Lines(answer, asked);
        bool damagedObject = start == 0 && text[content] == '{';
        if (lines.Count > 0 || asked.Count != 1 || damagedObject)
            return lines;
        return BareValue(answer, asked[0]);
    }

    private static IEnumerable<LooseJson> Objects(LooseJson json) => json.Kind == LooseJsonKind.Object
        ? [json]
        : json.Members.Select(member => member.Value).Where(value => value.Kind == LooseJsonKind.Object);

    // "name: value" or "name：value", only for names that were asked.
    private static List<OcrField> Lines(ConfidenceMap answer, IReadOnlyList<string> asked)
    {
        List<OcrField> fields = [];
        ReadOnlySpan<char> text = answer.Text;
        foreach (Range range in text.Split('\n'))
        {
            (int start, int length) = range.GetOffsetAndLength(text.Length);
            ReadOnlySpan<char> line = text.Slice(start, length);
            int colon = line.IndexOfAny(':', '：');
            if (colon <= 0)
                continue;
            string name = line[..colon].Trim().ToString();
            if (asked.Any(wanted => SameName(wanted, name)))
                fields.Add(Field(answer, name, start + colon + 1, start + length));
        }
        return fields;
    }

    private static List<OcrField> BareValue(ConfidenceMap answer, string name) =>
        answer.Text.IsWhiteSpace() ? [] : [Field(answer, name, 0, answer.Length)];

    private static OcrField Field(ConfidenceMap answer, string name, int start, int end)
    {
        ReadOnlySpan<char> value = answer.Text[start..end];
        start += value.Length - value.TrimStart().Length;
        value = value.Trim();
        return new OcrField(name, value.Length == 0 ? null : value.ToString(), answer.Mean(start, value.Length)) { Start = value.Length == 0 ? -1 : start };
    }

    private static bool SameName(string left, string right) => string.Equals(left.Trim(), right.Trim(), StringComparison.OrdinalIgnoreCase);
}
