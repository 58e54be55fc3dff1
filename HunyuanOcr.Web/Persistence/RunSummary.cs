using HunyuanOcr.Web.Recognise;

namespace HunyuanOcr.Web.Persistence;

/// <summary>A row of a list of runs.</summary>
public sealed record RunSummary(string Id, string DocumentId, string FileName, TaskKind Task, RunState State, string Text, int LineCount, int FieldCount, DateTimeOffset CreatedAt, bool Pinned, bool Shared)
{
    /// <summary>UTF-16 units of <see cref="Text"/> round the first word that was searched.</summary>
    private const int Before = 24, Length = 160;

    /// <summary>The place in the text where a word stands, on one line, cut into stretches: found or not.</summary>
    internal IReadOnlyList<(string Text, bool Found)> Snippet(IReadOnlyList<string> words)
    {
        int first = words.Select(word => Text.IndexOf(word, StringComparison.OrdinalIgnoreCase)).Where(at => at >= 0).DefaultIfEmpty(0).Min();
        int from = Whole(first > Before ? first - Before : 0), to = Whole(Math.Min(Text.Length, from + Length));
        string line = (from > 0 ? "…" : "") + Text[from..to].Replace("\r", "", StringComparison.Ordinal).Replace("\n", " · ", StringComparison.Ordinal);
        List<(string, bool)> stretches = [];
        for (int at = 0; at < line.Length;)
        {
            (int next, int length) = words.Select(word => (At: line.IndexOf(word, at, StringComparison.OrdinalIgnoreCase), word.Length)).Where(hit => hit.At >= 0).OrderBy(hit => hit.At).ThenByDescending(hit => hit.Length).DefaultIfEmpty((line.Length, 0)).First();
            if (next > at)
                stretches.Add((line[at..next], false));
            if (length > 0)
                stretches.Add((line.Substring(next, length), true));
            at = next + length;
        }
        return stretches;

        // Never between the two halves of a character.
        int Whole(int at) => at > 0 && at < Text.Length && char.IsLowSurrogate(Text[at]) ? at - 1 : at;
    }
}
