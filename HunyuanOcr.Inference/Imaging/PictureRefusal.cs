using System.Globalization;
using HunyuanOcr.Inference.Imaging.Vips;

namespace HunyuanOcr.Inference.Imaging;

/// <summary>The words with which a picture is refused: its name, what was found, the limit, what to do.</summary>
internal static class PictureRefusal
{
    private const string Types = "JPEG, PNG, WebP, TIFF or GIF";

    // libtiff's words for a place behind the end of the file; a TIFF has no mark at its end.
    private static readonly string[] _tiffEnds = ["Seek error", "bad seek", "Can not read TIFF directory", "Cannot read TIFF header", "IO error", "Read error"];

    internal static OcrPictureException Empty(OcrPicture picture) =>
        new(OcrPictureFault.Empty, picture.Name, $"{Name(picture)} is empty: it has 0 bytes. Send the file again.");

    internal static OcrPictureException NotAPicture(OcrPicture picture)
    {
        ForeignContent content = ForeignContent.Detect(picture.Bytes.Span);
        return new(OcrPictureFault.UnknownType, picture.Name, $"{Name(picture)} is {content.What}. {content.Remedy ?? $"Send a {Types} picture."}");
    }

    internal static OcrPictureException TooLarge(OcrPicture picture, int width, int height, long maxPixels)
    {
        double found = (double)width * height / 1e6;
        double limit = maxPixels / 1e6;
        string format = Math.Round(found) > Math.Round(limit) && limit >= 1 ? "#,0" : "#,0.######";
        return new(OcrPictureFault.TooLarge, picture.Name, Invariant($"{Name(picture)} has {Number(found, format)} megapixels ({width:N0} × {height:N0}), the limit is {Number(limit, format)}. Make it smaller."));
    }

    internal static OcrPictureException TooLong(OcrPicture picture, int width, int height) =>
        new(OcrPictureFault.AspectRatio, picture.Name, Invariant($"{Name(picture)} measures {width:N0} × {height:N0}: one side is more than {PatchGrid.MaxAspectRatio} times the other. Cut it into shorter pieces."));

    internal static OcrPictureException TimedOut(OcrPicture picture, TimeSpan limit) =>
        new(OcrPictureFault.TimedOut, picture.Name, Invariant($"{Name(picture)} takes longer to decode than the limit of {limit.TotalSeconds:0.###} s. Save it again as a plain PNG or JPEG, or make it smaller."));

    internal static OcrPictureException StrangeBands(OcrPicture picture, int bands) =>
        new(OcrPictureFault.Damaged, picture.Name, $"{Name(picture)} has {bands} colour channels, which name no colours that can be shown. Save it as RGB.");

    /// <param name="picture">The picture.</param>
    /// <param name="type">What it claims to be.</param>
    /// <param name="percent">How much of its rows could be decoded.</param>
    /// <param name="reason">The decoder's reason.</param>
    internal static OcrPictureException Damaged(OcrPicture picture, PictureType type, int percent, VipsException reason)
    {
        bool cut = type.EndsEarly(picture.Bytes.Span) || (type == PictureType.Tiff && _tiffEnds.Any(words => reason.Message.Contains(words, StringComparison.Ordinal)));
        string words = Short(reason.Message) is { Length: > 0 } last ? $" ({last})" : "";
        string found = (cut, percent) switch
        {
            (true, > 0) => $"it ends after {percent}%",
            (true, _) => "its end is missing",
            (false, > 0) => $"the {type.Name()} decoder stops after {percent}%{words}",
            _ => $"the {type.Name()} decoder cannot read it{words}",
        };
        return new(OcrPictureFault.Damaged, picture.Name, $"{Name(picture)} is damaged: {found}. Send it again.", reason);
    }

    /// <summary>The picture's name as it may stand in a line of text: without control characters, 80 characters at most.</summary>
    private static string Name(OcrPicture picture)
    {
        string name = new([.. picture.Name.Where(c => !char.IsControl(c) && char.GetUnicodeCategory(c) is not (UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator))]);
        return name.Trim() switch
        {
            "" => "The picture",
            { Length: > 80 } longer => $"{longer[..48]}…{longer[^31..]}",
            string whole => whole,
        };
    }

    /// <summary>The decoder's last line, which is the cause nearest to the file; the lines before repeat it in other words.</summary>
    private static string Short(string reason)
    {
        string last = reason.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "";
        return last.Length > 120 ? $"{last[..119]}…" : last;
    }

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
