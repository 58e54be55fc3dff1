using HunyuanOcr.Inference.Execution;
using HunyuanOcr.Inference.Imaging;
using HunyuanOcr.Inference.Prompting;
using HunyuanOcr.Inference.Tests.Engine;

namespace HunyuanOcr.Inference.Tests.Execution;

public sealed class VisionGridTests
{
    private static readonly ModelShape Shape = new FakeModelRunner().Shape with { PatchSize = 16, MergeSize = 2 };

    [Fact]
    public void A_picture_has_as_many_vectors_as_the_prompt_has_places_for_it()
    {
        using ScaledPicture picture = Picture(width: 96, height: 64, patch: 16);
        Assert.Equal(new VisionGrid(Height: 4, Width: 6, PatchLength: 768, Vectors: ImageSpan.CountOf(4, 6, 2)), VisionGrid.Of(picture, Shape));
        Assert.Equal(24, VisionGrid.Of(picture, Shape).Patches);
    }

    [Theory]
    [InlineData(96, 48, 16)]
    [InlineData(80, 64, 16)]
    [InlineData(16, 64, 16)]
    [InlineData(96, 64, 8)]
    public void A_picture_that_was_cut_for_another_model_is_refused_with_its_sizes(int width, int height, int patch)
    {
        using ScaledPicture picture = Picture(width, height, patch);
        ArgumentException refused = Assert.Throws<ArgumentException>(() => VisionGrid.Of(picture, Shape));
        Assert.Contains($"{height / patch} x {width / patch} patches of 768", refused.Message, StringComparison.Ordinal);
    }

    private static ScaledPicture Picture(int width, int height, int patch) => new(new RgbImage(width, height), new PatchExtractor(new PreprocessorOptions { PatchSize = patch }));
}
