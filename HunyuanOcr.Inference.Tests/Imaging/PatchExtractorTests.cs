using HunyuanOcr.Inference.Imaging;

namespace HunyuanOcr.Inference.Tests.Imaging;

public class PatchExtractorTests
{
    private static readonly PreprocessorOptions _identity = new() { RescaleFactor = 1, Mean = [0, 0, 0], StandardDeviation = [1, 1, 1] };

    [Fact]
    public void Patches_go_by_rows_of_the_grid_and_hold_whole_channels()
    {
        using RgbImage image = new(48, 32);
        for (int i = 0; i < image.Length; i++)
            image.Pixels[i] = (byte)(((i / 3 % 48) + (i / 3 / 48 * 5) + (i % 3 * 100)) % 256);

        float[] values = new PatchExtractor(_identity).Extract(image);

        Assert.Equal(2 * 3 * 768, values.Length);
        for (int i = 0; i < values.Length; i++)
        {
            (int patch, int channel, int inner) = (i / 768, i % 768 / 256, i % 256);
            int x = (patch % 3 * 16) + (inner % 16);
            int y = (patch / 3 * 16) + (inner / 16);
            Assert.Equal((x + (y * 5) + (channel * 100)) % 256, values[i]);
        }
    }

    [Fact]
    public void Levels_are_scaled_in_double_and_normalised_in_float()
    {
        using RgbImage image = new(16, 16);
        for (int i = 0; i < image.Length; i++)
            image.Pixels[i] = (byte)(i / 3);

        float[] values = new PatchExtractor(new PreprocessorOptions()).Extract(image);

        // numpy: (np.float32(np.float64(v) * (1 / 255)) - np.float32(mean)) / np.float32(std)
        Assert.Equal([-1.7922625f, 2.0748837f, -1.4802198f], [values[0], values[256 + 255], values[512]]);
    }
}
