using HunyuanOcr.Inference;

namespace HunyuanOcr.Web.Components.Recognise;

/// <summary>Looks for words in the lines of a page: letter case, width and blanks do not matter.</summary>
/// <param name="lines">The lines now.</param>
/// <param name="show">Shows the numbers of the lines that were found, and the one to go to.</param>
public sealed class LineSearch(Func<IReadOnlyList<OcrLine>> lines, Func<IReadOnlyList<int>, int?, Task> show)
{
    private bool _gone;

    /// <summary>What is looked for; empty looks for nothing.</summary>
    public string Text { get; private set; } = "";

    /// <summary>Numbers of the lines that hold it, from 1.</summary>
    public IReadOnlyList<int> Lines { get; private set; } = [];

    /// <summary>Which of them is shown, from 1.</summary>
    public int At { get; private set; }

    /// <summary>Looks for something else.</summary>
    public Task SearchAsync(string? text)
    {
        Text = text ?? "";
        Lines = Find(Text, lines());
        At = Lines.Count > 0 ? 1 : 0;
        _gone = false;
        return show(Lines, null);
    }

    /// <summary>Goes to the next one found, or the one before.</summary>
    public Task NextAsync(int step)
    {
        if (Lines.Count == 0)
            return Task.CompletedTask;
        // The first Enter goes to the first one; it has not been gone to yet.
        At = _gone ? ((At - 1 + step + Lines.Count) % Lines.Count) + 1 : step > 0 ? 1 : Lines.Count;
        _gone = true;
        return show(Lines, Lines[At - 1]);
    }

    internal static IReadOnlyList<int> Find(string text, IReadOnlyList<OcrLine> lines)
    {
        string wanted = Plain(text.Trim());
        return wanted.Length == 0 ? [] : [.. lines.Select((line, index) => (line.Text, Number: index + 1)).Where(line => Plain(line.Text).Contains(wanted, StringComparison.OrdinalIgnoreCase)).Select(line => line.Number)];
    }

    private static string Plain(string text) =>
        string.Concat(text.Where(letter => !char.IsWhiteSpace(letter)).Select(letter => letter is >= '！' and <= '～' ? (char)(letter - '！' + '!') : letter));
}
