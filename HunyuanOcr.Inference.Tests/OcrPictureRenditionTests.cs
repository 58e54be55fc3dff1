using System.Security.Cryptography;
using HunyuanOcr.Inference.Imaging;
using HunyuanOcr.Inference.Tests.Imaging;

namespace HunyuanOcr.Inference.Tests;

public sealed class OcrPictureRenditionTests
{
    [Theory]
    [InlineData("orientation-6.jpg")]
    [InlineData("oriented.tif")]
    [InlineData("rgba.png")]
    [InlineData("grey-alpha.png")]
    [InlineData("palette-transparent.png")]
    [InlineData("alpha.webp")]
    [InlineData("rgb-16.png")]
    [InlineData("pages.tif")]
    [InlineData("animated.gif")]
    public void It_shows_what_the_model_is_shown_the_first_page_upright_opaque_and_in_eight_bits(string name)
    {
        ReferencePictures.Picture reference = ReferencePictures.Of(name);
        byte[] file = OcrPictureRendition.ToPng(TestPictures.Load(name), TestPictures.Options, longestSide: 10_000);

        Assert.Equal(new OcrPictureHeader("PNG", reference.Width, reference.Height, 1), OcrPictureHeader.Read(new OcrPicture(file, "shown.png"), TestPictures.Options));
        using RgbImage shown = TestPictures.Decode(new OcrPicture(file, "shown.png"));
        Assert.Equal(reference.RgbSha256, Convert.ToHexStringLower(SHA256.HashData(shown.Pixels)));
    }

    [Theory]
    [InlineData(640, 640, 427)]
    [InlineData(320, 320, 213)]
    [InlineData(1, 1, 1)]
    public void A_longer_side_is_scaled_to_what_was_asked_and_no_picture_grows(int longestSide, int width, int height)
    {
        byte[] file = OcrPictureRendition.ToPng(TestPictures.Load("rgb.jpg"), TestPictures.Options, longestSide);

        OcrPictureHeader header = OcrPictureHeader.Read(new OcrPicture(file, "shown.png"), TestPictures.Options);
        Assert.Equal((width, height), (header.Width, header.Height));
    }

    [Fact]
    public void Damaged_input_is_refused_by_its_name()
    {
        OcrPicture whole = TestPictures.Load("rgb.png");
        OcrPictureException refused = Assert.Throws<OcrPictureException>(() =>
            OcrPictureRendition.ToPng(whole with { Bytes = whole.Bytes[..(whole.Bytes.Length / 2)], Name = "half.png" }, TestPictures.Options, 100));
        Assert.Equal((OcrPictureFault.Damaged, "half.png"), (refused.Fault, refused.PictureName));
        Assert.StartsWith("half.png", refused.Message, StringComparison.Ordinal);

        refused = Assert.Throws<OcrPictureException>(() => OcrPictureRendition.ToPng(new OcrPicture("no picture"u8.ToArray(), "letter.png"), TestPictures.Options, 100));
        Assert.Equal((OcrPictureFault.UnknownType, "letter.png"), (refused.Fault, refused.PictureName));
    }

    [Fact]
    public void Its_limits_are_those_of_the_options_and_its_work_can_be_cancelled()
    {
        OcrPicture picture = TestPictures.Load("rgb.jpg");
        Assert.Equal(OcrPictureFault.TooLarge, Assert.Throws<OcrPictureException>(() => OcrPictureRendition.ToPng(picture, TestPictures.Options with { MaxPixels = 1000 }, 100)).Fault);
        Assert.Throws<ArgumentOutOfRangeException>(() => OcrPictureRendition.ToPng(picture, TestPictures.Options, 0));
        Assert.ThrowsAny<OperationCanceledException>(() => OcrPictureRendition.ToPng(picture, TestPictures.Options, 100, new CancellationToken(canceled: true)));
    }
}
