using System.Text;
using System.Text.Unicode;

namespace HunyuanOcr.Inference.Imaging;

/// <summary>What a file is that is no picture we read, so that the refusal can name it.</summary>
/// <param name="What">As it stands behind "is": "a Word file, not a picture".</param>
/// <param name="Remedy">What to do; null where only a picture helps.</param>
internal sealed record ForeignContent(string What, string? Remedy)
{
    private const string SavePicture = "Save it as JPEG or PNG and send that.";

    private static readonly (byte[] Start, string What, string? Remedy)[] _signatures =
    [
        ("%PDF-"u8.ToArray(), "a PDF, not a picture", "Send its pages as pictures."),
        ([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], "an Office file (Word, Excel or PowerPoint), not a picture", "Save it as PDF and send its pages as pictures."),
        ("{\\rtf"u8.ToArray(), "a text document (RTF), not a picture", "Save it as PDF and send its pages as pictures."),
        ("BM"u8.ToArray(), "a BMP picture, which is not read here", SavePicture),
        ([0, 0, 0, 0x0C, 0x6A, 0x50, 0x20, 0x20, 0x0D, 0x0A], "a JPEG 2000 picture, which is not read here", SavePicture),
        ([0xFF, 0x4F, 0xFF, 0x51], "a JPEG 2000 picture, which is not read here", SavePicture),
        ([0xFF, 0x0A], "a JPEG XL picture, which is not read here", SavePicture),
        ([0, 0, 0, 0x0C, 0x4A, 0x58, 0x4C, 0x20, 0x0D, 0x0A], "a JPEG XL picture, which is not read here", SavePicture),
        ("8BPS"u8.ToArray(), "a Photoshop file, which is not read here", SavePicture),
        ([0, 0, 1, 0], "an icon, which is not read here", SavePicture),
        ("AT&TFORM"u8.ToArray(), "a DjVu document, not a picture", "Send its pages as pictures."),
        ("%!PS"u8.ToArray(), "a PostScript file, not a picture", "Send its pages as pictures."),
        ([0x1F, 0x8B], "a compressed file (gzip), not a picture", "Unpack it first."),
        ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "a 7-Zip archive, not a picture", "Unpack it first."),
        ("Rar!"u8.ToArray(), "a RAR archive, not a picture", "Unpack it first."),
        ("ID3"u8.ToArray(), "a sound, not a picture", null),
        ([0x1A, 0x45, 0xDF, 0xA3], "a film, not a picture", null),
        ([0x7F, 0x45, 0x4C, 0x46], "a program, not a picture", null),
        ("MZ"u8.ToArray(), "a program, not a picture", null),
    ];

    internal static ForeignContent Detect(ReadOnlySpan<byte> file)
    {
        if (file.StartsWith("PK\x03\x04"u8))
            return Archive(file);
        if (file.Length >= 12 && file[4..].StartsWith("ftyp"u8))
            return Container(file[8..12]);
        if (file.Length >= 12 && file.StartsWith("RIFF"u8))
            return file[8..].StartsWith("WAVE"u8) ? new("a sound, not a picture", null) : new("a film, not a picture", null);
        foreach ((byte[] start, string what, string? remedy) in _signatures)
            if (file.StartsWith(start))
                return new(what, remedy);
        return Text(file) ?? new("of an unknown kind, not a picture", null);
    }

    /// <summary>A ZIP: Office files hold a folder of their own name near the start.</summary>
    private static ForeignContent Archive(ReadOnlySpan<byte> file)
    {
        ReadOnlySpan<byte> start = file[..Math.Min(file.Length, 65536)];
        const string Pages = "Save it as PDF and send its pages as pictures.";
        if (start.IndexOf("word/"u8) >= 0)
            return new("a Word file, not a picture", Pages);
        if (start.IndexOf("xl/"u8) >= 0)
            return new("an Excel file, not a picture", Pages);
        if (start.IndexOf("ppt/"u8) >= 0)
            return new("a PowerPoint file, not a picture", Pages);
        if (start.IndexOf("application/vnd.oasis.opendocument"u8) >= 0)
            return new("an OpenDocument file, not a picture", Pages);
        return new("a ZIP archive, not a picture", "Unpack it and send its pictures.");
    }

    /// <summary>An ISO media file: brand says picture or film.</summary>
    private static ForeignContent Container(ReadOnlySpan<byte> brand)
    {
        if (brand.StartsWith("avi"u8))
            return new("an AVIF picture, which is not read here", SavePicture);
        if (brand.StartsWith("hei"u8) || brand.StartsWith("hev"u8) || brand.StartsWith("mif1"u8) || brand.StartsWith("msf1"u8))
            return new("a HEIC picture, which is not read here", SavePicture);
        return new("a film, not a picture", null);
    }

    /// <summary>Text of any kind; null where bytes are among it that no text holds.</summary>
    private static ForeignContent? Text(ReadOnlySpan<byte> file)
    {
        ReadOnlySpan<byte> start = file[..Math.Min(file.Length, 4096)];
        bool wide = start is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..];
        if (wide)
            return new("text, not a picture", null);
        foreach (byte unit in start)
            if (unit < 0x20 && unit is not ((byte)'\t' or (byte)'\n' or (byte)'\r' or 0x0C or 0x1B))
                return null;
        // The cut may fall inside a character of up to four bytes.
        if (!Utf8.IsValid(start) && !(start.Length >= 4 && file.Length > start.Length && (Utf8.IsValid(start[..^1]) || Utf8.IsValid(start[..^2]) || Utf8.IsValid(start[..^3]))))
            return null;
        string text = Encoding.UTF8.GetString(start).TrimStart('\uFEFF', ' ', '\t', '\r', '\n');
        if (text.Contains("<svg", StringComparison.OrdinalIgnoreCase))
            return new("an SVG drawing, which is not read here", SavePicture);
        if (text.StartsWith("<!doctype html", StringComparison.OrdinalIgnoreCase) || text.Contains("<html", StringComparison.OrdinalIgnoreCase))
            return new("a web page (HTML), not a picture", "Save the picture itself and send that.");
        return text.StartsWith("<?xml", StringComparison.OrdinalIgnoreCase)
            ? new("XML, not a picture", null)
            : new("text, not a picture", null);
    }
}
