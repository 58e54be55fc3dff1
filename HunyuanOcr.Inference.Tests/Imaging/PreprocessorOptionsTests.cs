using HunyuanOcr.Inference.Imaging;

namespace HunyuanOcr.Inference.Tests.Imaging;

public sealed class PreprocessorOptionsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("preprocessor").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Without_a_file_the_public_defaults_hold()
    {
        PreprocessorOptions options = PreprocessorOptions.Load(_folder);

        Assert.Equal((512 * 512, 2048 * 2048, 16, 2), (options.MinPixels, options.MaxPixels, options.PatchSize, options.MergeSize));
        Assert.Equal(0.48145466, options.Mean[0]);
        Assert.Equal(1.0 / 255, options.RescaleFactor);
    }

    [Fact]
    public void Min_and_max_pixels_win_over_size_and_resample_is_ignored()
    {
        PreprocessorOptions options = Load("""{"min_pixels": 65536, "max_pixels": 589824, "size": {"shortest_edge": 5, "longest_edge": 6}, "resample": 1, "patch_size": 14, "image_mean": [0.5, 0.25, 0.125], "image_std": [1, 2, 4]}""");

        Assert.Equal((65536, 589824, 14), (options.MinPixels, options.MaxPixels, options.PatchSize));
        Assert.Equal([0.5, 0.25, 0.125], options.Mean);
        Assert.Equal([1.0, 2, 4], options.StandardDeviation);
    }

    [Fact]
    public void Size_gives_what_the_older_names_leave_open()
    {
        PreprocessorOptions options = Load("""{"min_pixels": null, "max_pixels": 90000, "size": {"shortest_edge": 70000, "longest_edge": 80000}}""");

        Assert.Equal((70000, 90000), (options.MinPixels, options.MaxPixels));
    }

    [Fact]
    public void Every_fault_is_named_at_once_with_key_and_value()
    {
        OcrConfigurationException refused = Assert.Throws<OcrConfigurationException>(() =>
            Load("""{"min_pixels": -1, "image_std": [1, 0, 1], "image_mean": [1, 2], "do_normalize": false, "temporal_patch_size": 2, "rescale_factor": "x"}"""));

        Assert.Equal(6, refused.Faults.Count);
        foreach (string part in (string[])["min_pixels is -1", "image_std is [1, 0, 1]", "image_mean is [1, 2]", "do_normalize is false", "temporal_patch_size is 2", "rescale_factor is \"x\""])
            Assert.Contains(part, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_that_cross_are_refused() =>
        Assert.Contains("min_pixels 9 is more than max_pixels 4", Assert.Throws<OcrConfigurationException>(() => Load("""{"min_pixels": 9, "max_pixels": 4}""")).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("{")]
    [InlineData("")]
    public void What_is_not_json_is_refused_with_the_files_name(string content) =>
        Assert.Contains(PreprocessorOptions.FileName, Assert.Throws<OcrConfigurationException>(() => Load(content)).Message, StringComparison.Ordinal);

    private PreprocessorOptions Load(string content)
    {
        File.WriteAllText(Path.Combine(_folder, PreprocessorOptions.FileName), content);
        return PreprocessorOptions.Load(_folder);
    }
}
