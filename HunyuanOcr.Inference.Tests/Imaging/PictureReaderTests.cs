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
        AssertReadsTheSame(ReferencePictures.Of(name).Demo, _reader, name);

    [Theory]
    [MemberData(nameof(Files))]
    public void Patches_equal_the_reference_bit_for_bit_with_the_public_sizes(string name)
    {
        using PictureReader reader = new(new PreprocessorOptions(), TestPictures.Options);

        AssertReadsTheSame(ReferencePictures.Of(name).Public, reader, name);
    }

    [Fact]
    public void A_picture_is_identified_without_decoding_by_content_and_size()
    {
        OcrPicture picture = TestPictures.Load("orientation-6.jpg");

        PictureIdentity identity = _reader.Identify(picture);
        using ScaledPicture read = _reader.Read(picture, CancellationToken.None);

        Assert.Equal((read.GridHeight, read.GridWidth), (identity.Grid.GridHeight, identity.Grid.GridWidth));
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

    [Theory]
    [InlineData(300 * 300, 300 * 300)]
    [InlineData(1, 65_536)]
    [InlineData(long.MaxValue, 589_824)]
    public void A_picture_may_ask_for_fewer_pixels_within_the_limits_of_the_checkpoint(long asked, long most)
    {
        OcrPicture picture = new(HandmadePng.Grey(1000, 1400, rows: 1400), "page.png");
        OcrPicture smaller = picture with { MaxPixels = asked };

        OcrPageSize page = _reader.Identify(smaller).Page;
        using ScaledPicture read = _reader.Read(smaller, CancellationToken.None);

        Assert.InRange((long)page.ScaledWidth * page.ScaledHeight, most * 8 / 10, most);
        Assert.Equal((page.ScaledHeight / 16, page.ScaledWidth / 16), (read.GridHeight, read.GridWidth));
        Assert.Equal(most == 589_824, _reader.Identify(picture).Key == _reader.Identify(smaller).Key);
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
        OcrPicture dot = new(HandmadePng.Grey(1, 1, 1), "dot.png");

        using ScaledPicture read = _reader.Read(dot, CancellationToken.None);

        Assert.Equal(new OcrPageSize(1, 1, 256, 256), _reader.Identify(dot).Page);
        Assert.Equal((16, 16), (read.GridHeight, read.GridWidth));
        Assert.Equal((0f - 0.48145466f) / 0.26862954f, TestPictures.Patches(read)[0]);
    }

    [Fact]
    public void Many_threads_read_the_same_as_one()
    {
        string[] names = [.. TestPictures.Names];

        Parallel.For(0, 90, new ParallelOptions { MaxDegreeOfParallelism = 6 }, i =>
        {
            string name = names[i % names.Length];
            AssertReadsTheSame(ReferencePictures.Of(name).Demo, _reader, name);
        });
    }

    [Fact]
    public void A_cancelled_read_ends_with_the_cancellation_and_the_next_one_works()
    {
        OcrPicture picture = TestPictures.Load("grey.png");

        Assert.ThrowsAny<OperationCanceledException>(() => _reader.Read(picture, new CancellationToken(canceled: true)));

        AssertReadsTheSame(ReferencePictures.Of("grey.png").Demo, _reader, "grey.png");
    }

    [Fact]
    public void A_picture_that_is_still_read_keeps_its_memory_to_itself()
    {
        using ScaledPicture first = _reader.Read(TestPictures.Load("rgb.jpg"), CancellationToken.None);
        AssertReadsTheSame(ReferencePictures.Of("grey.jpg").Demo, _reader, "grey.jpg");
        using (ScaledPicture second = _reader.Read(TestPictures.Load("cmyk.jpg"), CancellationToken.None))
        {
            Assert.Equal(2, _reader.Pool.LentCount);
            AssertSame(ReferencePictures.Of("rgb.jpg").Demo, first);
            AssertSame(ReferencePictures.Of("cmyk.jpg").Demo, second);
        }

        Assert.Equal(1, _reader.Pool.LentCount);
        AssertSame(ReferencePictures.Of("rgb.jpg").Demo, first);
    }

    [Fact]
    public void A_second_picture_of_the_same_size_takes_no_new_memory_for_its_pixels()
    {
        OcrPicture page = TestPictures.Load("rgb.jpg");
        _reader.Read(page, CancellationToken.None).Dispose();
        long kept = _reader.Pool.IdleBytes, allocated = GC.GetAllocatedBytesForCurrentThread();

        using (ScaledPicture again = _reader.Read(page, CancellationToken.None))
        {
            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            Assert.InRange(_reader.Pool.IdleBytes, 0, kept - again.Length);
            Assert.True(allocated < again.Length, $"{allocated} bytes allocated to read {again.Length} bytes of pixels");
        }

        Assert.Equal(kept, _reader.Pool.IdleBytes);
    }

    [Theory]
    [InlineData("rgb.jpg")]
    [InlineData("rgb.png")]
    public void A_damaged_picture_gives_its_memory_back(string name)
    {
        OcrPicture whole = TestPictures.Load(name);

        Assert.Throws<OcrPictureException>(() => _reader.Read(whole with { Bytes = whole.Bytes[..(whole.Bytes.Length / 2)] }, CancellationToken.None));

        Assert.Equal(0, _reader.Pool.LentCount);
        Assert.True(_reader.Pool.IdleBytes > 0);
    }

    [Fact]
    public void A_picture_that_is_cancelled_while_it_is_decoded_or_resized_gives_its_memory_back()
    {
        using PixelPool pool = new();
        using OpenedPicture opened = OpenedPicture.Open(TestPictures.Load("rgb.jpg"), TestPictures.Limits.MaxPixels);
        CancellationToken cancelled = new(canceled: true);

        Assert.ThrowsAny<OperationCanceledException>(() => ImageDecoder.Decode(opened, TestPictures.Limits, pool, cancelled));
        Assert.Equal(0, pool.LentCount);
        long decoded = pool.IdleBytes;
        Assert.True(decoded > 0);

        using RgbImage source = new(40, 30);
        foreach ((int width, int height) in ((int, int)[])[(400, 30), (40, 300), (400, 300)])
            Assert.ThrowsAny<OperationCanceledException>(() => BicubicResampler.Resize(source, width, height, cancelled, pool));
        Assert.Equal(0, pool.LentCount);
    }

    [Fact]
    public void After_a_refusal_the_next_picture_is_read()
    {
        Assert.Throws<OcrPictureException>(() => _reader.Read(new OcrPicture("no picture"u8.ToArray(), "a.png"), CancellationToken.None));

        AssertReadsTheSame(ReferencePictures.Of("grey.png").Demo, _reader, "grey.png");
    }

    private static void AssertReadsTheSame(ReferencePictures.Patches expected, PictureReader reader, string name)
    {
        using ScaledPicture read = reader.Read(TestPictures.Load(name), CancellationToken.None);
        AssertSame(expected, read);
    }

    private static void AssertSame(ReferencePictures.Patches expected, ScaledPicture read)
    {
        Assert.Equal((expected.GridHeight, expected.GridWidth), (read.GridHeight, read.GridWidth));
        Assert.Equal(expected.GridHeight * expected.GridWidth * 768, read.Length);
        float[] patches = TestPictures.Patches(read);
        Assert.Equal(expected.First, patches[..expected.First.Length]);
        Assert.Equal(expected.Sha256, Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(patches.AsSpan()))));
    }
}
