using HunyuanOcr.Inference;
using HunyuanOcr.Web.Recognise;

namespace HunyuanOcr.Web.Components.Recognise;

/// <summary>What the button Copy puts on the clipboard: what the open tab shows.</summary>
internal static class CopiedText
{
    /// <param name="view">The run on the screen.</param>
    /// <param name="tab">The open tab.</param>
    /// <param name="read">Lines of the same page from another reading; the original beside a translation.</param>
    internal static string Of(RunView view, ResultTab tab, IReadOnlyList<OcrLine>? read) => tab switch
    {
        ResultTab.Json => System.Text.Encoding.UTF8.GetString(RunJson.Of(view)),
        ResultTab.Markdown => MarkdownSource.Of(view),
        ResultTab.Original => string.Join('\n', TranslatedText.Of(RunText.Of(view), view.Task.Target, read?.Select(line => line.Text).ToList()).Original),
        ResultTab.Translation => string.Join('\n', TranslatedText.Of(RunText.Of(view), view.Task.Target, null).Translation),
        _ => RunText.Of(view),
    };
}
