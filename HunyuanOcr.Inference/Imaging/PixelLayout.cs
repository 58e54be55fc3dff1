using HunyuanOcr.Inference.Imaging.Vips;

namespace HunyuanOcr.Inference.Imaging;

/// <summary>What the bands of a decoded pixel mean, 8 bits each, and how they become red, green and blue as in Pillow's convert('RGB').</summary>
internal enum PixelLayout
{
    Grey = 1,
    GreyAlpha = 2,
    Rgb = 3,
    RgbAlpha = 4,
    Cmyk = 5,
    CmykAlpha = 6,
}

internal static class PixelLayouts
{
    /// <summary>The layout of a decoded picture; null where its number of bands means none.</summary>
    internal static PixelLayout? Of(VipsImage image) => (image.Interpretation, image.Bands) switch
    {
        (VipsInterpretation.Cmyk, 4) => PixelLayout.Cmyk,
        (VipsInterpretation.Cmyk, 5) => PixelLayout.CmykAlpha,
        (VipsInterpretation.Cmyk, _) => null,
        (_, >= 1 and <= 4) => (PixelLayout)image.Bands,
        _ => null,
    };

    /// <summary>Converts pixels; transparent ones are laid on white, rounded to the nearest level.</summary>
    /// <param name="layout">What <paramref name="from"/> holds.</param>
    /// <param name="from">[pixels, bands].</param>
    /// <param name="rgb">[pixels, 3].</param>
    internal static void ToRgb(this PixelLayout layout, ReadOnlySpan<byte> from, Span<byte> rgb)
    {
        switch (layout)
        {
            case PixelLayout.Grey:
                for (int i = 0, o = 0; i < from.Length; i++, o += 3)
                    rgb[o] = rgb[o + 1] = rgb[o + 2] = from[i];
                break;
            case PixelLayout.GreyAlpha:
                for (int i = 0, o = 0; i < from.Length; i += 2, o += 3)
                    rgb[o] = rgb[o + 1] = rgb[o + 2] = OnWhite(from[i], from[i + 1]);
                break;
            case PixelLayout.Rgb:
                from.CopyTo(rgb);
                break;
            case PixelLayout.RgbAlpha:
                for (int i = 0, o = 0; i < from.Length; i += 4, o += 3)
                    (rgb[o], rgb[o + 1], rgb[o + 2]) = (OnWhite(from[i], from[i + 3]), OnWhite(from[i + 1], from[i + 3]), OnWhite(from[i + 2], from[i + 3]));
                break;
            default:
                FromCmyk(from, rgb, layout == PixelLayout.CmykAlpha);
                break;
        }
    }

    // No ink profile: each light is what its own ink and black let through, R = (255 - C) * (255 - K) / 255.
    private static void FromCmyk(ReadOnlySpan<byte> from, Span<byte> rgb, bool alpha)
    {
        int bands = alpha ? 5 : 4;
        for (int i = 0, o = 0; i < from.Length; i += bands, o += 3)
        {
            int paper = 255 - from[i + 3];
            int opacity = alpha ? from[i + 4] : 255;
            for (int c = 0; c < 3; c++)
                rgb[o + c] = OnWhite(paper - Over255(from[i + c] * paper), opacity);
        }
    }

    private static byte OnWhite(int level, int opacity) => (byte)Over255((level * opacity) + (255 * (255 - opacity)));

    // x / 255 to the nearest, exact for 0 to 255 * 255.
    private static int Over255(int x)
    {
        x += 128;
        return ((x >> 8) + x) >> 8;
    }
}
