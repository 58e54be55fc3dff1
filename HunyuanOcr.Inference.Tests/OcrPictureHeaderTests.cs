using HunyuanOcr.Inference.Tests.Imaging;

namespace HunyuanOcr.Inference.Tests;

public class OcrPictureHeaderTests
{
    [Theory]
    [InlineData("rgb.jpg", "JPEG", 640, 427, 1)]
    [InlineData("orientation-5.jpg", "JPEG", 140, 211, 1)]
    [InlineData("oriented.png", "PNG", 61, 97, 1)]
    [InlineData("lossy.webp", "WebP", 420, 300, 1)]
    [InlineData("oriented.tif", "TIFF", 100, 150, 1)]
    [InlineData("pages.tif", "TIFF", 90, 70, 2)]
    [InlineData("animated.gif", "GIF", 150, 110, 3)]
    [InlineData("animated.webp", "WebP", 120, 80, 2)]
    public void A_header_tells_type_upright_size_and_pages(string name, string type, int width, int height, int pages) =>
        Assert.Equal(new OcrPictureHeader(type, width, height, pages), OcrPictureHeader.Read(TestPictures.Load(name), TestPictures.Options));

    [Fact]
    public void A_header_is_read_from_the_first_part_of_a_file()
    {
        OcrPicture start = TestPictures.Load("rgb.jpg");

        Assert.Equal(640, OcrPictureHeader.Read(start with { Bytes = start.Bytes[..2000] }, TestPictures.Options).Width);
    }

    [Fact]
    public void A_picture_beyond_the_limit_is_refused_like_everywhere_else()
    {
        OcrPictureException refused = Assert.Throws<OcrPictureException>(() => OcrPictureHeader.Read(new OcrPicture(HandmadePng.Grey(8000, 8000, 0), "big.png"), TestPictures.Options));

        Assert.Equal(OcrPictureFault.TooLarge, refused.Fault);
        Assert.Equal("big.png has 64 megapixels (8,000 × 8,000), the limit is 50. Make it smaller.", refused.Message);
    }
}
