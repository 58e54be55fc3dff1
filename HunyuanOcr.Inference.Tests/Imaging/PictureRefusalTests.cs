using System.Text;
using HunyuanOcr.Inference.Imaging;

namespace HunyuanOcr.Inference.Tests.Imaging;

public class PictureRefusalTests
{
    [Fact]
    public void An_empty_file_is_refused_by_name()
    {
        OcrPictureException refused = Refused([], "nothing.jpg");

        Assert.Equal((OcrPictureFault.Empty, "nothing.jpg"), (refused.Fault, refused.PictureName));
        Assert.Equal("nothing.jpg is empty: it has 0 bytes. Send the file again.", refused.Message);
    }

    [Theory]
    [InlineData("Dear Sir or Madam,\nplease find", "is text, not a picture. Send a JPEG, PNG, WebP, TIFF or GIF picture.")]
    [InlineData("尊敬的先生或女士", "is text, not a picture. Send a JPEG, PNG, WebP, TIFF or GIF picture.")]
    [InlineData("%PDF-1.7\n%âã", "is a PDF, not a picture. Send its pages as pictures.")]
    [InlineData("<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"/>", "is an SVG drawing, which is not read here. Save it as JPEG or PNG and send that.")]
    [InlineData(" \n<svg width=\"1\"/>", "is an SVG drawing, which is not read here. Save it as JPEG or PNG and send that.")]
    [InlineData("<!DOCTYPE html><title>404</title>", "is a web page (HTML), not a picture. Save the picture itself and send that.")]
    [InlineData("<?xml version=\"1.0\"?><note/>", "is XML, not a picture. Send a JPEG, PNG, WebP, TIFF or GIF picture.")]
    [InlineData("PK\u0003\u0004....word/document.xml", "is a Word file, not a picture. Save it as PDF and send its pages as pictures.")]
    [InlineData("PK\u0003\u0004....xl/workbook.xml", "is an Excel file, not a picture. Save it as PDF and send its pages as pictures.")]
    [InlineData("PK\u0003\u0004....photo.jpg", "is a ZIP archive, not a picture. Unpack it and send its pictures.")]
    [InlineData("\0\0\0\u001cftypavif\0\0\0\0", "is an AVIF picture, which is not read here. Save it as JPEG or PNG and send that.")]
    [InlineData("\0\0\0\u001cftypheic\0\0\0\0", "is a HEIC picture, which is not read here. Save it as JPEG or PNG and send that.")]
    [InlineData("\0\0\0\u001cftypmp42\0\0\0\0", "is a film, not a picture. Send a JPEG, PNG, WebP, TIFF or GIF picture.")]
    [InlineData("RIFF\u0001\u0001\u0001\u0001WAVEfmt ", "is a sound, not a picture. Send a JPEG, PNG, WebP, TIFF or GIF picture.")]
    [InlineData("BM\u0001\u0001\0\0", "is a BMP picture, which is not read here. Save it as JPEG or PNG and send that.")]
    [InlineData("\u0001\u0002\0\u0003", "is of an unknown kind, not a picture. Send a JPEG, PNG, WebP, TIFF or GIF picture.")]
    public void What_is_no_picture_is_named_for_what_it_is_whatever_its_name_says(string content, string expected)
    {
        OcrPictureException refused = Refused(Encoding.UTF8.GetBytes(content), "photo.png");

        Assert.Equal(OcrPictureFault.UnknownType, refused.Fault);
        Assert.Equal($"photo.png {expected}", refused.Message);
    }

    [Fact]
    public void Text_is_known_as_text_even_where_the_look_ends_inside_a_character()
    {
        foreach (int shift in (int[])[0, 1, 2])
            Assert.Contains("is text", Refused(Encoding.UTF8.GetBytes(new string('a', shift) + new string('字', 3000)), "x").Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a\nb\u202Eg.png", "abg.png is empty")]
    [InlineData("", "The picture is empty")]
    [InlineData("\u0000\u0007", "The picture is empty")]
    public void Names_cannot_break_the_line_of_a_message(string name, string expected) =>
        Assert.StartsWith(expected, Refused([], name).Message, StringComparison.Ordinal);

    [Fact]
    public void Long_names_are_shortened_in_the_middle_and_kept_whole_as_a_property()
    {
        string name = new string('n', 300) + ".jpeg";

        OcrPictureException refused = Refused([], name);

        Assert.Equal(name, refused.PictureName);
        Assert.Contains("n….jpeg is empty"[2..], refused.Message, StringComparison.Ordinal);
        Assert.True(refused.Message.Length < 140);
    }

    [Fact]
    public void A_damaged_header_gives_the_decoders_reason()
    {
        OcrPictureException refused = Refused([0x47, 0x49, 0x46, 0x38, 0x39, 0x61, 1, 2, 3, 0x3B], "x.gif");

        Assert.Equal(OcrPictureFault.Damaged, refused.Fault);
        Assert.Matches("^x\\.gif is damaged: the GIF decoder cannot read it \\(.+\\)\\. Send it again\\.$", refused.Message);
    }

    private static OcrPictureException Refused(byte[] file, string name) =>
        Assert.Throws<OcrPictureException>(() => TestPictures.Decode(new OcrPicture(file, name)));
}
