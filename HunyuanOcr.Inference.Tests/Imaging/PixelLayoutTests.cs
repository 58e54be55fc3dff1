using HunyuanOcr.Inference.Imaging;

namespace HunyuanOcr.Inference.Tests.Imaging;

public class PixelLayoutTests
{
    [Fact]
    public void Every_level_under_every_opacity_is_laid_on_white_to_the_nearest_level()
    {
        byte[] rgb = new byte[3];
        for (int level = 0; level < 256; level++)
            for (int opacity = 0; opacity < 256; opacity++)
            {
                PixelLayout.GreyAlpha.ToRgb([(byte)level, (byte)opacity], rgb);

                int expected = (int)Math.Round(((level * opacity) + (255.0 * (255 - opacity))) / 255, MidpointRounding.AwayFromZero);
                Assert.True(rgb[0] == expected && rgb[1] == expected && rgb[2] == expected, $"{level} under {opacity} gave {rgb[0]}");
            }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(17)]
    [InlineData(256 * 256)]
    public void Colours_and_greys_become_the_same_as_one_by_one_however_many_there_are(int count)
    {
        byte[] grey = [.. Enumerable.Range(0, count).Select(i => (byte)(i * 37))];
        byte[] colours = [.. Enumerable.Range(0, count).SelectMany(i => (byte[])[(byte)i, (byte)(255 - i), (byte)(i * 3), (byte)(i >> 8)])];
        byte[] fromGrey = new byte[count * 3], fromColours = new byte[count * 3], one = new byte[3];

        PixelLayout.Grey.ToRgb(grey, fromGrey);
        PixelLayout.RgbAlpha.ToRgb(colours, fromColours);

        for (int i = 0; i < fromGrey.Length; i++)
        {
            Assert.Equal(grey[i / 3], fromGrey[i]);
            PixelLayout.GreyAlpha.ToRgb([colours[(i / 3 * 4) + (i % 3)], colours[(i / 3 * 4) + 3]], one);
            Assert.Equal(one[0], fromColours[i]);
        }
    }

    [Fact]
    public void Inks_filter_light_one_after_the_other()
    {
        byte[] rgb = new byte[12];

        PixelLayout.Cmyk.ToRgb([0, 0, 0, 0, 255, 0, 0, 0, 0, 128, 255, 51, 10, 20, 30, 255], rgb);

        Assert.Equal([255, 255, 255, 0, 255, 255, 204, 102, 0, 0, 0, 0], rgb);
    }

    [Fact]
    public void Clear_ink_shows_the_white_below()
    {
        byte[] rgb = new byte[6];

        PixelLayout.CmykAlpha.ToRgb([255, 255, 255, 255, 0, 0, 0, 0, 255, 255], rgb);

        Assert.Equal([255, 255, 255, 0, 0, 0], [.. rgb[..3], .. rgb[3..].Select(v => (byte)(v == 0 ? 0 : 1))]);
    }
}
