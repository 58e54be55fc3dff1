using HunyuanOcr.Web.Language;

namespace HunyuanOcr.Web.Documents;

/// <summary>A refusal in the visitor's language: what is wrong, what was found, what to do.</summary>
internal static class RefusalWords
{
    /// <summary>Endings that promise a picture.</summary>
    private static readonly string[] _pictureEndings = [".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff", ".gif"];

    /// <summary>The second text stands behind the file's name.</summary>
    internal static (string Title, string Found, string Remedy) Of(DocumentRefusal refusal, Words words)
    {
        if (refusal.Code == RefusalCode.NotAPicture)
            return NotAPicture(refusal, words);
        string key = "refused." + refusal.Code;
        object[] values = refusal.Code switch
        {
            RefusalCode.TooLarge => [Words.Bytes(refusal.Bytes), Words.Bytes(refusal.Limit ?? 0)],
            RefusalCode.TooManyPixels => [words.Pixels(refusal.Found ?? 0), words.Pixels(refusal.Limit ?? 0)],
            RefusalCode.AspectRatio => [refusal.Found ?? 0, refusal.Limit ?? 0],
            RefusalCode.TooOften => [refusal.Limit ?? 1],
            RefusalCode.TooMany or RefusalCode.BatchFull or RefusalCode.BatchPages => [refusal.Found ?? 0, refusal.Limit ?? 0],
            RefusalCode.PdfTooManyPages or RefusalCode.PdfPageSize => [words.Number(refusal.Found ?? 0), words.Number(refusal.Limit ?? 0)],
            RefusalCode.PdfTooHeavy => [Words.Bytes(refusal.Limit ?? 0)],
            RefusalCode.PdfTooSlow => [words.Number(refusal.Limit ?? 0)],
            RefusalCode.PdfUnavailable => [refusal.Detail ?? "poppler-utils"],
            _ => [],
        };
        return (words[key + ".title"], words.Format(key + ".found", values), words[key + ".do"]);
    }

    private static (string Title, string Found, string Remedy) NotAPicture(DocumentRefusal refusal, Words words)
    {
        string kind = "kind." + (refusal.Kind ?? "unknown");
        string ending = Path.GetExtension(refusal.Name).ToLowerInvariant();
        string found = _pictureEndings.Contains(ending)
            ? words.Format("refused.kind.disguised", ending[1..].ToUpperInvariant(), words[kind])
            : words["refused.kind.found"];
        // What a visitor calls a picture must not be told that it is none.
        string title = refusal.Kind is "bmp" or "heic" or "avif" or "svg" ? "refused.kind.unread" : "refused.kind.title";
        return (words.Format(title, words[kind]), found, words[kind + ".do"]);
    }
}
