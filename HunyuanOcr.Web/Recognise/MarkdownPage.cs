using System.Text.RegularExpressions;
using Ganss.Xss;
using Markdig;
using Markdig.Parsers.Inlines;
using Markdig.Renderers;

namespace HunyuanOcr.Web.Recognise;

/// <summary>Markdown as HTML that can be put into a page: headings, lists, tables and formulas; no links, no pictures, no attributes that act. Two walls: tags and links are made text in the source, and what comes out passes a sanitiser.</summary>
internal static partial class MarkdownPage
{
    private static readonly MarkdownPipeline _pipeline = Pipeline();
    private static readonly HtmlSanitizer _sanitizer = Sanitizer();

    /// <summary>The page's HTML. Formulas stand as their LaTeX in elements of the class "math", where the page's script sets them.</summary>
    internal static string Html(string source)
    {
        using StringWriter writer = new(System.Globalization.CultureInfo.InvariantCulture);
        HtmlRenderer renderer = new(writer);
        _pipeline.Setup(renderer);
        renderer.Render(Markdown.Parse(source, _pipeline));
        return _sanitizer.Sanitize(Finished(writer.ToString()));
    }

    /// <summary>Columns keep their side as an attribute, as styles do not pass; doubtful characters become elements. Quotes in read text are written as &amp;quot;, so only the renderer's own styles are meant.</summary>
    private static string Finished(string html) => Alignment().Replace(html, "align=\"$1\"")
        .Replace(MarkdownDoubt.Begin.ToString(), "<mark class=\"doubt\">", StringComparison.Ordinal).Replace(MarkdownDoubt.End.ToString(), "</mark>", StringComparison.Ordinal);

    private static MarkdownPipeline Pipeline()
    {
        MarkdownPipelineBuilder builder = new MarkdownPipelineBuilder().UsePipeTables().UseGridTables().UseMathematics().UseSoftlineBreakAsHardlineBreak();
        builder.InlineParsers.TryRemove<LinkInlineParser>();
        return builder.Build();
    }

    private static HtmlSanitizer Sanitizer()
    {
        HtmlSanitizer sanitizer = new();
        sanitizer.AllowedTags.Clear();
        foreach (string tag in (string[])["h1", "h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "ul", "ol", "li", "blockquote", "pre", "code", "em", "strong", "sub", "sup", "table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption", "span", "div", "mark"])
            sanitizer.AllowedTags.Add(tag);
        sanitizer.AllowedAttributes.Clear();
        foreach (string name in (string[])["colspan", "rowspan", "align", "class", "start"])
            sanitizer.AllowedAttributes.Add(name);
        sanitizer.AllowedClasses.Add("math");
        sanitizer.AllowedClasses.Add("doubt");
        sanitizer.AllowedSchemes.Clear();
        sanitizer.AllowedCssProperties.Clear();
        sanitizer.AllowDataAttributes = false;
        sanitizer.KeepChildNodes = true;
        return sanitizer;
    }

    [GeneratedRegex("style=\"text-align: (left|center|right);\"")]
    private static partial Regex Alignment();
}
