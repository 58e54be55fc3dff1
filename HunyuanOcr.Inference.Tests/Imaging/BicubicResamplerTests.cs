using System.Security.Cryptography;
using HunyuanOcr.Inference.Imaging;

namespace HunyuanOcr.Inference.Tests.Imaging;

public class BicubicResamplerTests
{
    public static TheoryData<int, int, int, int, string> Cases
    {
        get
        {
            TheoryData<int, int, int, int, string> cases = [];
            foreach (string[] row in File.ReadLines(TestPictures.PathOf("resizes.csv")).Where(line => line[0] != '#').Select(line => line.Split(',')))
                cases.Add(int.Parse(row[0]), int.Parse(row[1]), int.Parse(row[2]), int.Parse(row[3]), row[4]);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_resize_equals_pillows_bit_for_bit_with_and_without_vectors(int width, int height, int toWidth, int toHeight, string sha256)
    {
        using RgbImage source = Noise(width, height);
        foreach (bool vectors in (bool[])[true, false])
        {
            using RgbImage scaled = BicubicResampler.Resize(source, toWidth, toHeight, CancellationToken.None, vectors: vectors);

            Assert.Equal((toWidth, toHeight), (scaled.Width, scaled.Height));
            Assert.Equal(sha256, Convert.ToHexStringLower(SHA256.HashData(scaled.Pixels)));
        }
    }

    [Fact]
    public void Vectors_change_nothing_for_any_size()
    {
        Random random = new(3);
        for (int i = 0; i < 150; i++)
        {
            using RgbImage source = Noise(random.Next(1, 120), random.Next(1, 120));
            (int width, int height) = (random.Next(1, 200), random.Next(1, 200));
            using RgbImage plain = BicubicResampler.Resize(source, width, height, CancellationToken.None, vectors: false);
            using RgbImage fast = BicubicResampler.Resize(source, width, height, CancellationToken.None, vectors: true);

            Assert.True(plain.Pixels.SequenceEqual(fast.Pixels), $"{source.Width}x{source.Height} to {width}x{height}");
        }
    }

    [Fact]
    public void A_cancelled_resize_ends_with_the_cancellation()
    {
        using RgbImage source = Noise(40, 40);

        Assert.Throws<OperationCanceledException>(() => BicubicResampler.Resize(source, 64, 32, new CancellationToken(canceled: true)));
    }

    /// <summary>The same bytes as noise() in Data/pictures/resizes.py.</summary>
    private static RgbImage Noise(int width, int height)
    {
        RgbImage image = new(width, height);
        uint state = (uint)((width * 65537) + height);
        Span<byte> pixels = image.Pixels;
        for (int i = 0; i < pixels.Length; i++)
        {
            state = ((state * 1103515245) + 12345) & 0x7FFFFFFF;
            pixels[i] = (byte)(i / 64 % 2 == 1 ? (state >> 16) & 255 : 255 * (state >> 30));
        }
        return image;
    }
}
