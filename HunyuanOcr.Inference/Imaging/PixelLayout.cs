using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
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
                FromGrey(from, rgb);
                break;
            case PixelLayout.GreyAlpha:
                for (int i = 0, o = 0; i < from.Length; i += 2, o += 3)
                    rgb[o] = rgb[o + 1] = rgb[o + 2] = OnWhite(from[i], from[i + 1]);
                break;
            case PixelLayout.Rgb:
                from.CopyTo(rgb);
                break;
            case PixelLayout.RgbAlpha:
                FromRgbAlpha(from, rgb);
                break;
            default:
                FromCmyk(from, rgb, layout == PixelLayout.CmykAlpha);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FromGrey(ReadOnlySpan<byte> from, Span<byte> rgb)
    {
        int i = 0, o = 0;
        for (; i + 16 <= from.Length; i += 16, o += 48)
        {
            Vector128<byte> levels = Vector128.Create(from[i..]);
            Vector128.Shuffle(levels, Vector128.Create((byte)0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5)).CopyTo(rgb[o..]);
            Vector128.Shuffle(levels, Vector128.Create((byte)5, 5, 6, 6, 6, 7, 7, 7, 8, 8, 8, 9, 9, 9, 10, 10)).CopyTo(rgb[(o + 16)..]);
            Vector128.Shuffle(levels, Vector128.Create((byte)10, 11, 11, 11, 12, 12, 12, 13, 13, 13, 14, 14, 14, 15, 15, 15)).CopyTo(rgb[(o + 32)..]);
        }
        for (; i < from.Length; i++, o += 3)
            rgb[o] = rgb[o + 1] = rgb[o + 2] = from[i];
    }

    // Four pixels at a time, as long as the sixteen bytes that are stored for them do not run over the end.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FromRgbAlpha(ReadOnlySpan<byte> from, Span<byte> rgb)
    {
        int i = 0, o = 0;
        for (; o + 16 <= rgb.Length; i += 16, o += 12)
        {
            Vector128<byte> pixels = Vector128.Create(from[i..]);
            Vector128<byte> opacity = Vector128.Shuffle(pixels, Vector128.Create((byte)3, 3, 3, 3, 7, 7, 7, 7, 11, 11, 11, 11, 15, 15, 15, 15));
            Vector128<byte> laid = Vector128.Narrow(OnWhite(Vector128.WidenLower(pixels), Vector128.WidenLower(opacity)), OnWhite(Vector128.WidenUpper(pixels), Vector128.WidenUpper(opacity)));
            Vector128.Shuffle(laid, Vector128.Create((byte)0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 255, 255, 255, 255)).CopyTo(rgb[o..]);
        }
        for (; i < from.Length; i += 4, o += 3)
            (rgb[o], rgb[o + 1], rgb[o + 2]) = (OnWhite(from[i], from[i + 3]), OnWhite(from[i + 1], from[i + 3]), OnWhite(from[i + 2], from[i + 3]));
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

    // The same in 16 bits, which nothing of it exceeds.
    private static Vector128<ushort> OnWhite(Vector128<ushort> level, Vector128<ushort> opacity)
    {
        Vector128<ushort> white = Vector128.Create((ushort)255);
        Vector128<ushort> sum = (level * opacity) + (white * (white - opacity)) + Vector128.Create((ushort)128);
        return ((sum >>> 8) + sum) >>> 8;
    }

    // x / 255 to the nearest, exact for 0 to 255 * 255.
    private static int Over255(int x)
    {
        x += 128;
        return ((x >> 8) + x) >> 8;
    }
}
