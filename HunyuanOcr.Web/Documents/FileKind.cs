using System.Text;

namespace HunyuanOcr.Web.Documents;

/// <summary>What a file is by its first bytes; a name never counts. Pictures give their media type, all else a key that the page has words for.</summary>
internal static class FileKind
{
    /// <summary>Bytes that <see cref="Of"/> wants to see.</summary>
    internal const int Lead = 4096;

    private static ReadOnlySpan<byte> Jpeg => [0xFF, 0xD8, 0xFF];

    private static ReadOnlySpan<byte> Png => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Office files before 2007.</summary>
    private static ReadOnlySpan<byte> Compound => [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];

    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Kinds that browsers draw; others are shown as a rendition.</summary>
    internal static bool IsShownByBrowsers(string type) => type is "image/jpeg" or "image/png" or "image/webp" or "image/gif";

    /// <summary>"image/..." for what can be read, else a key such as "word" or "pdf".</summary>
    internal static string Of(ReadOnlySpan<byte> lead)
    {
        if (lead.StartsWith(Jpeg))
            return "image/jpeg";
        if (lead.StartsWith(Png))
            return "image/png";
        if (lead.Length >= 12 && lead.StartsWith("RIFF"u8) && lead[8..12].SequenceEqual("WEBP"u8))
            return "image/webp";
        if (lead.StartsWith("II*\0"u8) || lead.StartsWith("MM\0*"u8) || lead.StartsWith("II+\0"u8) || lead.StartsWith("MM\0+"u8))
            return "image/tiff";
        if (lead.StartsWith("GIF87a"u8) || lead.StartsWith("GIF89a"u8))
            return "image/gif";
        return Other(lead);
    }

    private static string Other(ReadOnlySpan<byte> lead)
    {
        if (lead[..Math.Min(1024, lead.Length)].IndexOf("%PDF-"u8) >= 0)
            return "pdf";
        if (lead.StartsWith("PK\x03\x04"u8))
            return Office(lead);
        if (lead.StartsWith(Compound))
            return "office";
        if (lead.Length >= 12 && lead[4..8].SequenceEqual("ftyp"u8))
            return Encoding.ASCII.GetString(lead[8..12]) switch { "heic" or "heix" or "mif1" or "heim" or "hevc" => "heic", "avif" or "avis" => "avif", _ => "video" };
        if (lead.StartsWith("BM"u8) && lead.Length >= 26)
            return "bmp";
        ReadOnlySpan<byte> text = lead.StartsWith(ByteOrderMark) ? lead[3..] : lead;
        text = text.TrimStart(" \t\r\n"u8);
        if (text.Length > 0 && text[0] == '<')
            return text.IndexOf("<svg"u8) >= 0 ? "svg" : "markup";
        return text.IndexOfAnyInRange((byte)0, (byte)8) < 0 ? "text" : "unknown";
    }

    /// <summary>A ZIP names the files in it: Office documents give themselves away by their folders.</summary>
    private static string Office(ReadOnlySpan<byte> lead)
    {
        if (lead.IndexOf("word/"u8) >= 0)
            return "word";
        if (lead.IndexOf("xl/"u8) >= 0)
            return "excel";
        if (lead.IndexOf("ppt/"u8) >= 0)
            return "powerpoint";
        return lead.IndexOf("[Content_Types].xml"u8) >= 0 ? "office" : "zip";
    }
}
