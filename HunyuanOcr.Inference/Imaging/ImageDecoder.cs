using HunyuanOcr.Inference.Imaging.Vips;

namespace HunyuanOcr.Inference.Imaging;

/// <summary>A file in memory becomes an upright, opaque picture in 8-bit sRGB.</summary>
/// <remarks>
/// Grey, palette and alpha as Pillow does it (alpha laid on white). 16-bit samples keep their high byte. CMYK without an ink profile:
/// R = (255 - C) * (255 - K) / 255 and so on, with Adobe's inverted JPEGs turned back first. Embedded colour profiles are not applied, as
/// in the reference. Of an animation the first frame is taken, of a file of several pages the first page.
/// </remarks>
internal static class ImageDecoder
{
    // Few rows, so that a strip stays in the cache and a damaged file tells how far it goes; fewer where rows are long: libvips takes memory for
    // each strip, and the C library has 128 KiB and more from the system afresh, whose page faults take longer than decoding the strip.
    private const int RowsPerStrip = 16;
    private const int BytesPerStrip = 64 << 10;

    /// <summary>Decodes on the calling thread.</summary>
    /// <exception cref="OcrPictureException">The picture is refused; the message is for people.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    internal static RgbImage Decode(OcrPicture picture, ImageLimits limits, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using OpenedPicture opened = OpenedPicture.Open(picture, limits.MaxPixels);
        return Decode(opened, limits, pool: null, cancellationToken);
    }

    /// <inheritdoc cref="Decode(OcrPicture, ImageLimits, CancellationToken)"/>
    internal static RgbImage Decode(OpenedPicture opened, ImageLimits limits, PixelPool? pool, CancellationToken cancellationToken)
    {
        using DecodeDeadline deadline = new(opened.Image, limits.Timeout, cancellationToken);
        RgbImage? upright = null;
        int rows = 0;
        try
        {
            using VipsImage? converted = ToBytes(opened.Image);
            VipsImage image = converted ?? opened.Image;
            PixelLayout layout = PixelLayouts.Of(image) ?? throw PictureRefusal.StrangeBands(opened.Picture, image.Bands);
            upright = new RgbImage(opened.Orientation.Width, opened.Orientation.Height, pool);
            Fill(upright, image, layout, opened.Orientation, deadline, ref rows);
            return upright;
        }
        catch (Exception failed) when (failed is VipsException or TimeoutException)
        {
            upright?.Dispose();
            throw Explain(failed, opened, limits, deadline, rows);
        }
        catch
        {
            upright?.Dispose();
            throw;
        }
    }

    /// <summary>Whatever is not 8-bit grey, RGB or CMYK is converted by libvips; null where nothing is to do.</summary>
    private static VipsImage? ToBytes(VipsImage image)
    {
        if (image.Interpretation == VipsInterpretation.Cmyk)
            return image.IsByte ? null : image.Apply("cast", "format=uchar,shift=true");
        bool plain = image.Interpretation is VipsInterpretation.Grey or VipsInterpretation.Rgb or VipsInterpretation.Srgb or VipsInterpretation.Multiband;
        if (plain && image.IsByte)
            return null;
        using VipsImage srgb = image.Apply("colourspace", "space=srgb");
        return srgb.Apply("cast", "format=uchar");
    }

    /// <summary>What people are told. A killed image fails like a damaged one, so the clock is asked first.</summary>
    private static OcrPictureException Explain(Exception failed, OpenedPicture opened, ImageLimits limits, DecodeDeadline deadline, int rows)
    {
        if (failed is not VipsException damaged || deadline.Passed)
            return PictureRefusal.TimedOut(opened.Picture, limits.Timeout);
        return PictureRefusal.Damaged(opened.Picture, opened.Type, (int)(100L * rows / opened.Image.Height), damaged);
    }

    private static void Fill(RgbImage upright, VipsImage image, PixelLayout layout, Orientation orientation, DecodeDeadline deadline, ref int rows)
    {
        using VipsRegion region = new(image);
        int width = image.Width;
        int most = Math.Clamp(BytesPerStrip / (width * image.Bands), 1, Math.Min(RowsPerStrip, image.Height));
        byte[] strip = new byte[most * width * image.Bands];
        byte[] rgb = orientation.IsUpright ? [] : new byte[most * width * 3];
        while (rows < image.Height)
        {
            int count = Math.Min(most, image.Height - rows);
            deadline.Check();
            Span<byte> decoded = strip.AsSpan(0, count * width * image.Bands);
            region.Fetch(rows, count, decoded);
            if (orientation.IsUpright)
            {
                layout.ToRgb(decoded, upright.Pixels.Slice(rows * upright.Stride, count * upright.Stride));
            }
            else
            {
                Span<byte> stored = rgb.AsSpan(0, count * width * 3);
                layout.ToRgb(decoded, stored);
                orientation.Place(stored, rows, width, upright.Pixels);
            }
            rows += count;
        }
    }
}
