using HunyuanOcr.Inference;

namespace HunyuanOcr.Web.Recognise;

/// <summary>Where the values of fields stand on the page. The model gives fields no boxes; lines that were read of the same picture have them.</summary>
internal static class FieldPlaces
{
    /// <summary>A line for each field, in order: its value, and the box of the line that holds it. A field that was not found, or whose value stands on several lines or none, has no box: a guess would point at the wrong place.</summary>
    /// <param name="fields">What was found.</param>
    /// <param name="read">Lines of the same picture.</param>
    internal static IReadOnlyList<OcrLine> Of(IReadOnlyList<OcrField> fields, IReadOnlyList<OcrLine> read)
    {
        List<(string Text, OcrBox Box)> lines = [.. read.Where(line => line.Box is not null).Select(line => (Plain(line.Text), line.Box!.Value))];
        return [.. fields.Select(field => new OcrLine(field.Value ?? "", Place(Plain(field.Value ?? ""), lines), field.Confidence, [], 0))];
    }

    private static OcrBox? Place(string value, List<(string Text, OcrBox Box)> lines)
    {
        if (value.Length == 0)
            return null;
        List<OcrBox> whole = [.. lines.Where(line => line.Text == value).Select(line => line.Box)];
        if (whole.Count == 0)
            whole = [.. lines.Where(line => line.Text.Contains(value, StringComparison.Ordinal)).Select(line => line.Box)];
        return whole is [var only] ? only : null;
    }

    /// <summary>Blanks, letter case and punctuation at the ends are no difference.</summary>
    private static string Plain(string text) => string.Concat(text.Where(letter => !char.IsWhiteSpace(letter))).Trim('.', ',', ':', ';', '：', '。', '，').ToUpperInvariant();
}
