using HunyuanOcr.Inference.Imaging;

namespace HunyuanOcr.Inference.Tests.Imaging;

public sealed class PngFileTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 300)]
    [InlineData(300, 1)]
    [InlineData(37, 53)]
    public void What_is_written_is_read_back_pixel_for_pixel(int width, int height)
    {
        using RgbImage image = Noise(width, height);
        using RgbImage back = TestPictures.Decode(new OcrPicture(PngFile.Write(image), "noise.png"));
        Assert.Equal((width, height), (back.Width, back.Height));
        Assert.True(image.Pixels.SequenceEqual(back.Pixels));
    }

    [Fact]
    public void It_says_eight_bits_rgb_not_interlaced_and_ends_with_the_end_chunk_of_the_specification()
    {
        using RgbImage image = Noise(258, 3);
        byte[] file = PngFile.Write(image);
        byte[] start = [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10, 0, 0, 0, 13, .. "IHDR"u8, 0, 0, 1, 2, 0, 0, 0, 3, 8, 2, 0, 0, 0];
        Assert.Equal(start, file[..start.Length]);
        // The checksum of an empty IEND chunk is the same in every PNG.
        Assert.Equal([0, 0, 0, 0, .. "IEND"u8, 0xAE, 0x42, 0x60, 0x82], file[^12..]);
    }

    [Fact]
    public void Rows_that_repeat_cost_next_to_nothing()
    {
        using RgbImage image = new(500, 400);
        using RgbImage row = Noise(500, 1);
        for (int y = 0; y < image.Height; y++)
            row.Pixels.CopyTo(image.Pixels[(y * image.Stride)..]);
        Assert.InRange(PngFile.Write(image).Length, row.Stride / 2, 10 * row.Stride);
    }

    private static RgbImage Noise(int width, int height)
    {
        RgbImage image = new(width, height);
        new Random(width).NextBytes(image.Pixels);
        return image;
    }
}
