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

    [Fact]
    public void The_content_decides_and_never_the_name()
    {
        using RgbImage image = TestPictures.Decode(new OcrPicture(TestPictures.Bytes("rgb.jpg"), "scan.png"));

        Assert.Equal((640, 427), (image.Width, image.Height));
    }

    [Fact]
    public void A_picture_of_one_pixel_is_read()
    {
        using RgbImage image = TestPictures.Decode(new OcrPicture(HandmadePng.Grey(1, 1, 1), "dot.png"));

        Assert.Equal([0, 0, 0], image.Pixels.ToArray());
    }

    [Fact]
    public void A_picture_that_lies_inside_other_bytes_is_read_from_its_own_place()
    {
        byte[] file = TestPictures.Bytes("grey.png");
        byte[] around = [9, 9, 9, .. file, 9, 9];

        using RgbImage image = TestPictures.Decode(new OcrPicture(around.AsMemory(3, file.Length), "grey.png"));

        Assert.Equal(ReferencePictures.Of("grey.png").RgbSha256, Convert.ToHexStringLower(SHA256.HashData(image.Pixels)));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_cut_anywhere_is_refused_as_damaged_or_had_all_of_its_first_picture(string name)
    {
        byte[] file = TestPictures.Bytes(name);
        ReferencePictures.Picture whole = ReferencePictures.Of(name);
        int refused = 0;
        foreach (double share in (double[])[0.05, 0.2, 0.4, 0.61, 0.8, 0.95, 0.999])
        {
            OcrPicture cut = new(file.AsMemory(0, (int)(file.Length * share)), name);
            try
            {
                using RgbImage image = TestPictures.Decode(cut);
                Assert.Equal(whole.RgbSha256, Convert.ToHexStringLower(SHA256.HashData(image.Pixels)));
            }
            catch (OcrPictureException damaged)
            {
                refused++;
                Assert.Equal((OcrPictureFault.Damaged, name), (damaged.Fault, damaged.PictureName));
                Assert.StartsWith($"{name} is damaged: it", damaged.Message, StringComparison.Ordinal);
                Assert.EndsWith(". Send it again.", damaged.Message, StringComparison.Ordinal);
            }
        }
        // An animation's first frame may end early in the file; everything else needs nearly all of its bytes.
        Assert.InRange(refused, name.StartsWith("animated", StringComparison.Ordinal) ? 2 : 6, 7);
    }

    [Fact]
    public void A_cut_jpeg_tells_how_far_it_goes()
    {
        byte[] file = TestPictures.Bytes("rgb.jpg");

        OcrPictureException damaged = Assert.Throws<OcrPictureException>(() => TestPictures.Decode(new OcrPicture(file.AsMemory(0, file.Length / 2), "scan.jpg")));

        Assert.Matches("^scan\\.jpg is damaged: it ends after [5-7][0-9]%\\. Send it again\\.$", damaged.Message);
    }

    [Fact]
    public void The_limit_itself_is_allowed_and_one_pixel_more_is_not()
    {
        ImageLimits limits = TestPictures.Limits with { MaxPixels = 401 * 263 };
        OcrPicture picture = TestPictures.Load("rgb.png");

        ImageDecoder.Decode(picture, limits, CancellationToken.None).Dispose();
        OcrPictureException refused = Assert.Throws<OcrPictureException>(() => ImageDecoder.Decode(picture, limits with { MaxPixels = limits.MaxPixels - 1 }, CancellationToken.None));

        Assert.Equal("rgb.png has 0.105463 megapixels (401 × 263), the limit is 0.105462. Make it smaller.", refused.Message);
    }

    [Fact]
    public void Decoding_that_takes_too_long_is_stopped_with_the_limit()
    {
        OcrPicture slow = new(HandmadePng.Grey(5000, 5000, 5000), "slow.png");

        OcrPictureException late = Assert.Throws<OcrPictureException>(() => ImageDecoder.Decode(slow, TestPictures.Limits with { Timeout = TimeSpan.FromMilliseconds(1) }, CancellationToken.None));

        Assert.Equal(OcrPictureFault.TimedOut, late.Fault);
        Assert.Contains("the limit of 0.001 s", late.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cancelling_stops_a_decoding_that_runs()
    {
        OcrPicture slow = new(HandmadePng.Grey(7000, 7000, 7000), "slow.png");
        for (int tries = 1; ; tries++)
        {
            using CancellationTokenSource source = new();
            // A thread of its own: the pool may be busy with other tests.
            Thread canceller = new(() =>
            {
                Thread.Sleep(20);
                source.Cancel();
            });
            canceller.Start();
            try
            {
                ImageDecoder.Decode(slow, TestPictures.Limits, source.Token).Dispose();
            }
            catch (OperationCanceledException)
            {
                return;
            }
            finally
            {
                canceller.Join();
            }
            // The machine let this one end before the other thread came: that says nothing.
            Assert.True(tries < 20, "Twenty decodings ended although they were cancelled.");
        }
    }

    [Fact]
    public void A_token_that_is_cancelled_already_starts_nothing() =>
        Assert.Throws<OperationCanceledException>(() => ImageDecoder.Decode(TestPictures.Load("rgb.jpg"), TestPictures.Limits, new CancellationToken(canceled: true)));
}
