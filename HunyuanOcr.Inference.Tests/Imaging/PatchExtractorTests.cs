using System.Runtime.InteropServices;
using HunyuanOcr.Inference.Imaging;

namespace HunyuanOcr.Inference.Tests.Imaging;

public class PatchExtractorTests
{
    private static readonly PreprocessorOptions _identity = new() { RescaleFactor = 1, Mean = [0, 0, 0], StandardDeviation = [1, 1, 1] };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Patches_go_by_rows_of_the_grid_and_hold_whole_channels(bool vectors)
    {
        using RgbImage image = new(48, 32);
        for (int i = 0; i < image.Length; i++)
            image.Pixels[i] = (byte)(((i / 3 % 48) + (i / 3 / 48 * 5) + (i % 3 * 100)) % 256);

        float[] values = new float[image.Length];
        new PatchExtractor(_identity).Cut(image, values, vectors);

        Assert.Equal(2 * 3 * 768, values.Length);
        for (int i = 0; i < values.Length; i++)
        {
            (int patch, int channel, int inner) = (i / 768, i % 768 / 256, i % 256);
            int x = (patch % 3 * 16) + (inner % 16);
            int y = (patch / 3 * 16) + (inner / 16);
            Assert.Equal((x + (y * 5) + (channel * 100)) % 256, values[i]);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Levels_are_scaled_in_double_and_normalised_in_float(bool vectors)
    {
        using RgbImage image = new(16, 16);
        for (int i = 0; i < image.Length; i++)
            image.Pixels[i] = (byte)(i / 3);

        float[] values = new float[image.Length];
        new PatchExtractor(new PreprocessorOptions()).Cut(image, values, vectors);

        // numpy: (np.float32(np.float64(v) * (1 / 255)) - np.float32(mean)) / np.float32(std)
        Assert.Equal([-1.7922625f, 2.0748837f, -1.4802198f], [values[0], values[256 + 255], values[512]]);
    }

    [Fact]
    public void Vectors_change_nothing_for_any_patch_size_and_normalisation()
    {
        Random random = new(5);
        foreach (int size in (int[])[1, 8, 14, 16, 24])
        {
            PatchExtractor extractor = new(new PreprocessorOptions
            {
                PatchSize = size, RescaleFactor = random.NextDouble(), Mean = [random.NextDouble(), 0, -1], StandardDeviation = [random.NextDouble() + 0.1, 3, 0.7],
            });
            using RgbImage image = new(size * random.Next(1, 9), size * random.Next(1, 9));
            random.NextBytes(image.Pixels);
            float[] plain = new float[image.Length], fast = new float[image.Length];

            extractor.Cut(image, plain, vectors: false);
            extractor.Cut(image, fast, vectors: true);

            Assert.True(MemoryMarshal.AsBytes(plain.AsSpan()).SequenceEqual(MemoryMarshal.AsBytes(fast.AsSpan())), $"patches of {size}");
        }
    }

    [Fact]
    public void Room_for_other_than_all_patches_is_refused()
    {
        using RgbImage image = new(16, 16);
        Assert.Throws<ArgumentOutOfRangeException>(() => new PatchExtractor(new PreprocessorOptions()).Cut(image, new float[767]));
    }
}
