using System.Runtime.InteropServices;
using System.Security.Cryptography;
using HunyuanOcr.Inference.Imaging;

namespace HunyuanOcr.Inference.Tests.Imaging;

public sealed class PictureReaderTests : IDisposable
{
    private readonly PictureReader _reader = new(TestPictures.Demo, TestPictures.Options);

    public static TheoryData<string> Files => [.. TestPictures.Names];

    public void Dispose() => _reader.Dispose();

    [Theory]
    [MemberData(nameof(Files))]
    public void Patches_equal_the_reference_bit_for_bit_with_the_demo_sizes(string name) =>
        AssertSame(ReferencePictures.Of(name).Demo, _reader.Read(TestPictures.Load(name), CancellationToken.None));

    [Theory]
    [MemberData(nameof(Files))]
    public void Patches_equal_the_reference_bit_for_bit_with_the_public_sizes(string name)
    {
        using PictureReader reader = new(new PreprocessorOptions(), TestPictures.Options);

        AssertSame(ReferencePictures.Of(name).Public, reader.Read(TestPictures.Load(name), CancellationToken.None));
    }

    [Fact]
    public void A_picture_is_identified_without_decoding_by_content_and_size()
    {
        OcrPicture picture = TestPictures.Load("orientation-6.jpg");

        PictureIdentity identity = _reader.Identify(picture);
        PatchTensor patches = _reader.Read(picture, CancellationToken.None);

        Assert.Equal((patches.GridHeight, patches.GridWidth), (identity.Grid.GridHeight, identity.Grid.GridWidth));
        Assert.Equal(patches.Page, identity.Page);
        Assert.Equal((140, 211), (identity.Page.Width, identity.Page.Height));
        Assert.Equal(identity.Key, _reader.Identify(picture with { Name = "other.jpg" }).Key);
        Assert.NotEqual(identity.Key, _reader.Identify(TestPictures.Load("orientation-8.jpg")).Key);
    }

    [Fact]
    public void Another_target_size_is_another_key()
    {
        OcrPicture picture = TestPictures.Load("rgb.png");
        using PictureReader larger = new(new PreprocessorOptions(), TestPictures.Options);

        Assert.NotEqual(_reader.Identify(picture).Key, larger.Identify(picture).Key);
    }

    [Fact]
    public void A_strip_longer_than_two_hundred_times_its_width_is_refused_before_decoding()
    {
        OcrPicture strip = new(HandmadePng.Grey(1, 4000, rows: 0), "strip.png");

        OcrPictureException refused = Assert.Throws<OcrPictureException>(() => _reader.Read(strip, CancellationToken.None));

        Assert.Equal(OcrPictureFault.AspectRatio, refused.Fault);
        Assert.Equal("strip.png measures 1 × 4,000: one side is more than 200 times the other. Cut it into shorter pieces.", refused.Message);
        Assert.Throws<OcrPictureException>(() => _reader.Identify(strip));
    }

    [Fact]
    public void A_single_pixel_becomes_the_smallest_page()
    {
        PatchTensor patches = _reader.Read(new OcrPicture(HandmadePng.Grey(1, 1, 1), "dot.png"), CancellationToken.None);

        Assert.Equal(new OcrPageSize(1, 1, 256, 256), patches.Page);
        Assert.Equal((16, 16), (patches.GridHeight, patches.GridWidth));
        Assert.Equal((0f - 0.48145466f) / 0.26862954f, patches.Values[0]);
    }

    [Fact]
    public void Many_threads_read_the_same_as_one()
    {
        string[] names = [.. TestPictures.Names];

        Parallel.For(0, 90, new ParallelOptions { MaxDegreeOfParallelism = 6 }, i =>
        {
            string name = names[i % names.Length];
            AssertSame(ReferencePictures.Of(name).Demo, _reader.Read(TestPictures.Load(name), CancellationToken.None));
        });
    }

    [Fact]
    public void A_cancelled_read_ends_with_the_cancellation_and_the_next_one_works()
    {
        OcrPicture picture = TestPictures.Load("grey.png");

        Assert.ThrowsAny<OperationCanceledException>(() => _reader.Read(picture, new CancellationToken(canceled: true)));

        Assert.NotEmpty(_reader.Read(picture, CancellationToken.None).Values);
    }

    [Fact]
    public void After_a_refusal_the_next_picture_is_read()
    {
        Assert.Throws<OcrPictureException>(() => _reader.Read(new OcrPicture("no picture"u8.ToArray(), "a.png"), CancellationToken.None));

        Assert.NotEmpty(_reader.Read(TestPictures.Load("grey.png"), CancellationToken.None).Values);
    }

    private static void AssertSame(ReferencePictures.Patches expected, PatchTensor patches)
    {
        Assert.Equal((expected.GridHeight, expected.GridWidth), (patches.GridHeight, patches.GridWidth));
        Assert.Equal(expected.GridHeight * expected.GridWidth * 768, patches.Values.Length);
        Assert.Equal(expected.First, patches.Values[..expected.First.Length]);
        Assert.Equal(expected.Sha256, Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(patches.Values.AsSpan()))));
    }
}
