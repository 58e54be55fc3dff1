namespace HunyuanOcr.Web.Recognise;

/// <summary>The short names that may be typed in front of a prompt: they switch the task and leave the text.</summary>
public static class TaskPrefix
{
    private static readonly (string Prefix, TaskKind Kind)[] _all = [("OCR::", TaskKind.Read), ("EXTRACT::", TaskKind.Fields), ("TRANSLATE::", TaskKind.Translate)];

    /// <summary>"OCR::" and so on.</summary>
    public static string Of(TaskKind kind) => _all.First(entry => entry.Kind == kind).Prefix;

    /// <summary>Splits a typed prefix off, in any case and with a Chinese colon as well.</summary>
    public static (TaskKind? Kind, string Text) Split(string text)
    {
        string plain = text.TrimStart().Replace('：', ':');
        foreach ((string prefix, TaskKind kind) in _all)
            if (plain.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                return (kind, text.TrimStart()[prefix.Length..].TrimStart());
        return (null, text);
    }

    /// <summary>Field names in a text: between commas of either width, semicolons or line ends; brackets and quotes round them fall off.</summary>
    public static IReadOnlyList<string> FieldNames(string text) =>
        [.. text.Split([',', '，', ';', '；', '、', '\n'], StringSplitOptions.RemoveEmptyEntries)
            .Select(name => name.Trim(' ', '\t', '\r', '[', ']', '\'', '"', '“', '”', '‘', '’'))
            .Where(name => name.Length > 0)
            .Distinct(StringComparer.OrdinalIgnoreCase)];
}
