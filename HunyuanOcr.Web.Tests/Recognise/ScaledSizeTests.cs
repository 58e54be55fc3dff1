using HunyuanOcr.Web.Recognise;

namespace HunyuanOcr.Web.Tests.Recognise;

public sealed class ScaledSizeTests
{
    [Theory]
    [InlineData(1240, 1754, 589_824, 640, 896)]
    [InlineData(3508, 4961, 4_194_304, 1696, 2432)]
    [InlineData(20_000, 100, 589_824, 10_848, 32)]
    public void A_large_picture_is_told_its_size_before_it_is_read(int width, int height, long most, int scaledWidth, int scaledHeight) =>
        Assert.Equal(new ScaledSize(scaledWidth, scaledHeight), ScaledSize.Of(width, height, most));

    [Theory]
    [InlineData(600, 800, 589_824)]
    [InlineData(0, 0, 589_824)]
    public void What_the_model_sees_whole_needs_no_word(int width, int height, long most) => Assert.Null(ScaledSize.Of(width, height, most));
}
