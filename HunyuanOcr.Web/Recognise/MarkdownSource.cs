using System.Text;
using System.Text.RegularExpressions;
using HunyuanOcr.Inference;

namespace HunyuanOcr.Web.Recognise;

/// <summary>What was read as Markdown that shows text and nothing else, in this page and in any program that the file is opened with.</summary>
internal static partial class MarkdownSource
{
    /// <summary>The answer where the page was read as a document, else its lines as paragraphs, its fields as a table.</summary>
    internal static string Of(RunView view)
    {
        if (view.Result is { Fields.Count: > 0 } result)
            return FieldTable(result.Fields);
        if (view.Lines.Count == 0)
            return OfAnswer(RunText.Of(view));
        return string.Join("\n\n", view.Lines.Select(line => Escaped(line.Text)));
    }

    /// <summary>All pages, a rule between them.</summary>
    internal static string Of(IReadOnlyList<RunPage> pages) => string.Join("\n\n---\n\n", pages.Select(page => Of(page.View))) + "\n";

    /// <summary>A Markdown answer with its headings, tables and formulas; every tag that is not part of a plain table, every link and every picture becomes text.</summary>
    internal static string OfAnswer(string answer)
    {
        string text = Unfenced(answer);
        StringBuilder safe = new(text.Length + 64);
        for (int at = 0; at < text.Length; at++)
        {
            char letter = text[at];
            if (letter == '$' && Formula().Match(text, at) is { Success: true } formula)
            {
                safe.Append(Guarded(formula.Value));
                at += formula.Length - 1;
            }
            else if (letter == '<' && TableTag().Match(text, at) is { Success: true } tag)
            {
                safe.Append(tag.Value);
                at += tag.Length - 1;
            }
            else if (letter == '<')
            {
                safe.Append("&lt;");
            }
            // A bracket that opens a link, a picture, a footnote or a definition of one: as a character it opens nothing.
            else if (letter == '[' && (at == 0 || text[at - 1] != '\\') && Link().Match(text, at) is { Success: true } link)
            {
                safe.Append("&#91;");
            }
            else
            {
                safe.Append(letter);
            }
        }
        return safe.ToString();
    }

    /// <summary>A formula whose LaTeX names the signs that would mean something else, should a program not take it for a formula.</summary>
    private static string Guarded(string formula) => LinkInFormula().Replace(formula.Replace("<", @"\lt ", StringComparison.Ordinal), @"\lbrack ");

    /// <summary>A read line as a paragraph: none of its characters means anything.</summary>
    internal static string Escaped(string text)
    {
        StringBuilder safe = new(text.Length + 8);
        foreach (char letter in text.ReplaceLineEndings(" "))
            _ = letter switch
            {
                '<' => safe.Append("&lt;"),
                '>' => safe.Append("&gt;"),
                '&' => safe.Append("&amp;"),
                '\\' or '`' or '*' or '_' or '{' or '}' or '[' or ']' or '(' or ')' or '#' or '+' or '-' or '!' or '|' or '~' or '$' or '=' or ':' or '.' or '^' or '"' or '@' => safe.Append('\\').Append(letter),
                _ => safe.Append(letter),
            };
        return safe.ToString();
    }

    private static string FieldTable(IReadOnlyList<OcrField> fields)
    {
        StringBuilder table = new("| | |\n|---|---|\n");
        foreach (OcrField field in fields)
            table.Append("| ").Append(Escaped(field.Name)).Append(" | ").Append(Escaped(field.Value ?? "")).Append(" |\n");
        return table.ToString();
    }

    /// <summary>Models like to put a whole answer into a fence.</summary>
    private static string Unfenced(string answer)
    {
        string text = answer.Trim().ReplaceLineEndings("\n");
        return WholeFence().Match(text) is { Success: true } fence && !fence.Groups[1].ValueSpan.Contains("```", StringComparison.Ordinal) ? fence.Groups[1].Value : text;
    }

    [GeneratedRegex("""\G</?(?:table|thead|tbody|tfoot|tr|td|th|caption|br|sub|sup)(?:\s+(?:colspan|rowspan|align|valign|border)\s*=\s*(?:"[\w% ]*"|'[\w% ]*'|[\w%]+))*\s*/?>""", RegexOptions.IgnoreCase)]
    private static partial Regex TableTag();

    [GeneratedRegex(@"\G(?:\$\$[^$]+\$\$|\$[^$\n]+\$)")]
    private static partial Regex Formula();

    [GeneratedRegex(@"\G\[(?:\^[^\]\n]*\]|[^\]]{0,2000}\]\s*[(\[:])")]
    private static partial Regex Link();

    [GeneratedRegex(@"\[(?=\^|[^\]]{0,2000}\]\s*[(\[:])")]
    private static partial Regex LinkInFormula();

    [GeneratedRegex(@"^```(?:markdown|md|html)?[ \t]*\n(.*?)\n?```$", RegexOptions.Singleline | RegexOptions.IgnoreCase)]
    private static partial Regex WholeFence();
}
