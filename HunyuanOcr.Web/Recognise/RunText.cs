using HunyuanOcr.Inference;

namespace HunyuanOcr.Web.Recognise;

/// <summary>What was read as plain text.</summary>
internal static class RunText
{
    /// <summary>The lines, or for fields "name: value", or the answer as it is.</summary>
    internal static string Of(RunView view)
    {
        if (view.Result is { Fields.Count: > 0 } result)
            return string.Join('\n', result.Fields.Select(field => $"{field.Name}: {field.Value}"));
        IEnumerable<string> lines = view.Lines.Select(line => line.Text);
        if (view.Tail.Length > 0)
            lines = lines.Append(view.Tail);
        string text = string.Join('\n', lines);
        return text.Length > 0 ? text : view.Result?.Text ?? "";
    }

    /// <summary>All pages, a blank line between them.</summary>
    internal static string Of(IReadOnlyList<RunPage> pages) => string.Join("\n\n", pages.Select(page => Of(page.View)));
}
