using System.Security.Cryptography;
using HunyuanOcr.Inference.Imaging;

namespace HunyuanOcr.Inference.Tests.Imaging;

public class ImageDecoderTests
{
    public static TheoryData<string> Files => [.. TestPictures.Names];

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_kind_of_picture_decodes_to_the_pixels_of_the_reference(string name)
    {
        ReferencePictures.Picture expected = ReferencePictures.Of(name);

        using RgbImage image = TestPictures.Decode(TestPictures.Load(name));

        Assert.Equal((expected.Width, expected.Height), (image.Width, image.Height));
        Assert.Equal(expected.RgbSha256, Convert.ToHexStringLower(SHA256.HashData(image.Pixels)));
    }
}
