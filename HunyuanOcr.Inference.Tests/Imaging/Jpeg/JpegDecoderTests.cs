using HunyuanOcr.Inference.Imaging;
using HunyuanOcr.Inference.Imaging.Jpeg;

namespace HunyuanOcr.Inference.Tests.Imaging.Jpeg;

public sealed class JpegDecoderTests : IDisposable
{
    private readonly PictureCrew _crew = new(3);

    private static readonly string _folder = Path.Combine(AppContext.BaseDirectory, "Data", "jpegs");

    public static TheoryData<string> Plain => [.. Names];

    private static IEnumerable<string> Names => Directory.EnumerateFiles(_folder, "*.jpg").Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal);

    [Theory]
    [MemberData(nameof(Plain))]
    public void A_plain_jpeg_has_the_pixels_that_libvips_gives(string name)
    {
        OcrPicture picture = new(File.ReadAllBytes(Path.Combine(_folder, name)), name);

        using RgbImage expected = ByLibvips(picture);

        foreach (PictureCrew? crew in (PictureCrew?[])[null, _crew])
        {
            using RgbImage? decoded = Decode(picture, crew);
            Assert.NotNull(decoded);
            Assert.Equal((expected.Width, expected.Height), (decoded.Width, decoded.Height));
            Assert.True(expected.Pixels.SequenceEqual(decoded.Pixels), $"a crew of {crew?.Count ?? 0}: pixel {expected.Pixels.CommonPrefixLength(decoded.Pixels) / 3} differs");
        }
    }

    [Theory]
    [InlineData("rgb.jpg", true)]
    [InlineData("orientation-2.jpg", true)]
    [InlineData("orientation-3.jpg", true)]
    [InlineData("orientation-4.jpg", true)]
    [InlineData("orientation-5.jpg", true)]
    [InlineData("orientation-6.jpg", true)]
    [InlineData("orientation-7.jpg", true)]
    [InlineData("orientation-8.jpg", true)]
    [InlineData("grey.jpg", false)]
    [InlineData("cmyk.jpg", false)]
    [InlineData("progressive.jpg", false)]
    [InlineData("rgb.png", false)]
    public void What_is_no_plain_jpeg_is_left_to_libvips(string name, bool plain)
    {
        using RgbImage expected = ByLibvips(TestPictures.Load(name));

        using RgbImage? decoded = Decode(TestPictures.Load(name), _crew);

        Assert.Equal(plain, decoded is not null);
        Assert.True(decoded is null || expected.Pixels.SequenceEqual(decoded.Pixels));
    }

    [Fact]
    public void A_damaged_jpeg_is_left_to_libvips_or_has_its_pixels_and_no_memory_stays_lent()
    {
        (string Name, byte[] Bytes)[] files = [.. Names.Select(name => (name, File.ReadAllBytes(Path.Combine(_folder, name))))];
        int left = 0, same = 0;
        using PixelPool pool = new();
        for (int seed = 0; seed < 1500; seed++)
        {
            Random random = new(seed);
            (string name, byte[] bytes) = files[random.Next(files.Length)];
            OcrPicture damaged = new(Damage(bytes, random), name);
            OpenedPicture opened;
            try
            {
                opened = OpenedPicture.Open(damaged, 4_000_000);
            }
            catch (OcrPictureException)
            {
                continue;
            }
            using (opened)
            {
                using DecodeDeadline deadline = new(opened.Image, TimeSpan.FromMinutes(5), CancellationToken.None);
                using RgbImage? decoded = JpegDecoder.Decode(opened, pool, deadline, seed % 2 == 0 ? _crew : null);
                if (decoded is null)
                {
                    left++;
                    continue;
                }
                same++;
                using RgbImage expected = ByLibvips(damaged);
                Assert.True(expected.Pixels.SequenceEqual(decoded.Pixels), $"{name}, seed {seed}");
            }
        }

        Assert.Equal(0, pool.LentCount);
        // Both are common, so that the run says something of either.
        Assert.True(left > 100 && same > 100, $"{left} left, {same} the same");
    }

    [Fact]
    public void A_cancelled_picture_ends_with_the_cancellation_and_gives_its_memory_back()
    {
        using PixelPool pool = new();
        using OpenedPicture opened = OpenedPicture.Open(TestPictures.Load("rgb.jpg"), 4_000_000);
        using DecodeDeadline deadline = new(opened.Image, TimeSpan.FromMinutes(5), new CancellationToken(canceled: true));

        Assert.Throws<OperationCanceledException>(() => JpegDecoder.Decode(opened, pool, deadline, _crew));

        Assert.Equal(0, pool.LentCount);
    }

    [Fact]
    public void Several_pictures_at_once_share_the_crew_and_one_that_is_gone_is_not_missed()
    {
        OcrPicture picture = TestPictures.Load("rgb.jpg");
        using RgbImage expected = ByLibvips(picture);
        byte[] pixels = expected.Pixels.ToArray();

        Parallel.For(0, 24, new ParallelOptions { MaxDegreeOfParallelism = 4 }, number =>
        {
            using RgbImage? decoded = Decode(picture, _crew);
            Assert.True(decoded!.Pixels.SequenceEqual(pixels));
            if (number == 12)
                _crew.Dispose();
        });
    }

    public void Dispose() => _crew.Dispose();

    private static RgbImage? Decode(OcrPicture picture, PictureCrew? crew)
    {
        using OpenedPicture opened = OpenedPicture.Open(picture, TestPictures.Limits.MaxPixels);
        using DecodeDeadline deadline = new(opened.Image, TimeSpan.FromMinutes(5), CancellationToken.None);
        return JpegDecoder.Decode(opened, null, deadline, crew);
    }

    private static RgbImage ByLibvips(OcrPicture picture)
    {
        using OpenedPicture opened = OpenedPicture.Open(picture, TestPictures.Limits.MaxPixels);
        using DecodeDeadline deadline = new(opened.Image, TimeSpan.FromMinutes(5), CancellationToken.None);
        return ImageDecoder.DecodeByLibvips(opened, TestPictures.Limits, null, deadline);
    }

    private static byte[] Damage(byte[] bytes, Random random)
    {
        byte[] damaged = [.. bytes];
        for (int n = random.Next(1, 4); n > 0; n--)
            damaged[random.Next(4) == 0 ? random.Next(Math.Min(damaged.Length, 620)) : random.Next(damaged.Length)] = (byte)random.Next(256);
        return random.Next(8) == 0 ? damaged[..random.Next(1, damaged.Length)] : damaged;
    }
}
