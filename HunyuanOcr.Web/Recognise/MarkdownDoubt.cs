using System.Text;
using System.Text.RegularExpressions;
using HunyuanOcr.Inference;

namespace HunyuanOcr.Web.Recognise;

/// <summary>Markdown for a page, with doubtful characters between two marks that <see cref="MarkdownPage"/> turns into elements. Files and copies have <see cref="MarkdownSource"/> without marks.</summary>
internal static partial class MarkdownDoubt
{
    /// <summary>Stands before doubtful characters. A noncharacter of Unicode: no text has a use for it, and Markdown takes it for a letter.</summary>
    internal const char Begin = '\uFDD0';

    /// <summary>Stands behind them.</summary>
    internal const char End = '\uFDD1';

    /// <param name="view">The finished run.</param>
    /// <param name="sureness">From where on lines and characters are doubtful.</param>
    internal static string Of(RunView view, Sureness sureness)
    {
        if (view.Result is { Fields.Count: > 0 })
            return Clean(MarkdownSource.Of(view));
        if (view.Lines.Count > 0)
            return string.Join("\n\n", view.Lines.Select(line => string.Concat(sureness.Stretches(line).Select(Marked))));
        string answer = RunText.Of(view);
        return MarkdownSource.OfAnswer(view.Result is { } result && result.Text == answer ? Marked(answer, Doubtful(result, sureness.Low)) : Clean(answer));
    }

    private static string Marked((string Text, bool Doubtful) stretch)
    {
        string text = MarkdownSource.Escaped(Clean(stretch.Text));
        return stretch.Doubtful ? Begin + text + End : text;
    }

    /// <summary>Letters and digits only: a mark within a tag, a formula or a sign of Markdown would change what it means.</summary>
    private static string Marked(string answer, bool[] doubtful)
    {
        StringBuilder marked = new(answer.Length + 64);
        int done = 0;
        foreach (Match match in Pieces().Matches(answer))
        {
            if (!match.Groups["word"].Success)
                continue;
            marked.Append(Clean(answer[done..match.Index]));
            done = match.Index + match.Length;
            for (int start = match.Index, at = start + 1; at <= done; at++)
                if (at == done || (doubtful[at] != doubtful[start] && !char.IsLowSurrogate(answer[at])))
                {
                    marked.Append(doubtful[start] ? Begin + answer[start..at] + End : answer[start..at]);
                    start = at;
                }
        }
        return marked.Append(Clean(answer[done..])).ToString();
    }

    private static bool[] Doubtful(OcrResult result, double below)
    {
        bool[] doubtful = new bool[result.Text.Length];
        int from = 0;
        foreach (OcrToken token in result.Tokens)
        {
            int to = Math.Clamp(token.TextLength, from, doubtful.Length);
            if (Math.Exp(token.LogProbability) < below)
                Array.Fill(doubtful, true, from, to - from);
            from = to;
        }
        return doubtful;
    }

    private static string Clean(string text) => text.Replace(Begin, '\uFFFD').Replace(End, '\uFFFD');

    [GeneratedRegex("""<[^>\n]*>|\$\$[^$]+\$\$|\$[^$\n]+\$|&\#?\w+;|^[ \t]*(?:```.*|\d+[.)](?=\s))|(?<word>[\p{L}\p{M}\p{N}]+)""", RegexOptions.Multiline)]
    private static partial Regex Pieces();
}
