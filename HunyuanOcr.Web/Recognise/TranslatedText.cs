namespace HunyuanOcr.Web.Recognise;

/// <summary>A line of a translation beside its original.</summary>
/// <param name="Original">Null where the answer does not have it.</param>
/// <param name="Translation">Null where it is missing.</param>
internal sealed record TranslatedPair(string? Original, string? Translation);

/// <summary>
/// A translation taken apart. The model is asked to extract the text and then to translate it, and writes either only the translation, or first the whole original and
/// then the translation, or line by line in turns. What is what is told by headings such as 原文, or by the script of the lines.
/// </summary>
/// <param name="Original">The original's lines; empty where it is not known.</param>
/// <param name="Translation">The translation's lines.</param>
internal sealed record TranslatedText(IReadOnlyList<string> Original, IReadOnlyList<string> Translation)
{
    private static readonly string[] _originalHeads = ["原文", "original", "original text", "source text"];
    private static readonly string[] _translationHeads = ["译文", "翻译", "translation", "英文翻译", "中文翻译", "english translation", "chinese translation"];

    /// <summary>Whether both are known.</summary>
    internal bool HasBoth => Original.Count > 0;

    /// <summary>Line by line where both have as many lines, else one pair of the whole texts: a wrong line beside a line would mislead.</summary>
    internal IReadOnlyList<TranslatedPair> Pairs =>
        !HasBoth ? [.. Translation.Select(line => new TranslatedPair(null, line))]
        : Original.Count == Translation.Count ? [.. Original.Zip(Translation, (original, translation) => new TranslatedPair(original, translation))]
        : [new TranslatedPair(string.Join('\n', Original), string.Join('\n', Translation))];

    /// <param name="answer">What the model wrote.</param>
    /// <param name="target">"en" or "zh".</param>
    /// <param name="read">Lines of the same page from another reading, taken where the answer has only the translation.</param>
    internal static TranslatedText Of(string answer, string target, IReadOnlyList<string>? read)
    {
        string[] all = [.. answer.Split('\n').Select(line => line.Trim())];
        return Headed(all) ?? InTurns(all, target) ?? InBlocks(all, target) ?? new(read ?? [], Filled(all));
    }

    private static TranslatedText? Headed(string[] all)
    {
        int original = Array.FindIndex(all, line => IsHead(line, _originalHeads)), translation = Array.FindIndex(all, line => IsHead(line, _translationHeads));
        return translation > original && translation > 0 && (original == 0 || original < 0)
            ? new(Filled(all[(original + 1)..translation]), Filled(all[(translation + 1)..]))
            : null;
    }

    private static TranslatedText? InTurns(string[] all, string target)
    {
        IReadOnlyList<string> lines = Filled(all);
        if (lines.Count < 4 || lines.Count % 2 != 0)
            return null;
        for (int i = 0; i < lines.Count; i += 2)
            if (IsIn(lines[i], target) != false || IsIn(lines[i + 1], target) != true)
                return null;
        return new([.. lines.Where((_, i) => i % 2 == 0)], [.. lines.Where((_, i) => i % 2 == 1)]);
    }

    private static TranslatedText? InBlocks(string[] all, string target)
    {
        for (int at = 1; at < all.Length - 1; at++)
        {
            if (all[at].Length > 0 && all[at].Trim('-', '*', '=', '_').Length > 0)
                continue;
            IReadOnlyList<string> before = Filled(all[..at]), after = Filled(all[(at + 1)..]);
            if (MostlyIn(before, target) == false && MostlyIn(after, target) == true)
                return new(before, after);
        }
        return null;
    }

    private static bool IsHead(string line, string[] heads) =>
        heads.Contains(line.Trim(' ', '#', '*', ':', '：', '【', '】', '[', ']').ToLowerInvariant());

    private static IReadOnlyList<string> Filled(IEnumerable<string> lines) => [.. lines.Where(line => line.Length > 0 && line.Trim('-', '*', '=', '_').Length > 0)];

    private static bool? MostlyIn(IReadOnlyList<string> lines, string target)
    {
        int yes = lines.Count(line => IsIn(line, target) == true), no = lines.Count(line => IsIn(line, target) == false);
        return yes == no ? null : yes > no;
    }

    /// <summary>Whether a line is written in the target's script; null where it has no letters.</summary>
    private static bool? IsIn(string line, string target)
    {
        int han = line.Count(letter => letter is >= '\u3400' and <= '\u9FFF'), letters = line.Count(char.IsLetter);
        return letters == 0 ? null : han * 3 >= letters == (target == "zh");
    }
}
