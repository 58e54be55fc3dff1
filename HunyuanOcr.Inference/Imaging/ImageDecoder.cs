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
    private const int RowsPerStrip = 64;

    /// <summary>Decodes on the calling thread.</summary>
    /// <exception cref="OcrPictureException">The picture is refused; the message is for people.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    internal static RgbImage Decode(OcrPicture picture, ImageLimits limits, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using OpenedPicture opened = OpenedPicture.Open(picture, limits.MaxPixels);
        return Decode(opened, limits, cancellationToken);
    }

    /// <inheritdoc cref="Decode(OcrPicture, ImageLimits, CancellationToken)"/>
    internal static RgbImage Decode(OpenedPicture opened, ImageLimits limits, CancellationToken cancellationToken)
    {
        using CancellationTokenSource deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(limits.Timeout);
        int rows = 0;
        RgbImage? upright = null;
        try
        {
            using VipsImage? converted = ToBytes(opened.Image);
            VipsImage image = converted ?? opened.Image;
            upright = new RgbImage(opened.Orientation.Width, opened.Orientation.Height);
            using VipsRegion region = new(image);
            using CancellationTokenRegistration killing = deadline.Token.UnsafeRegister(static killed => ((VipsImage)killed!).Kill(), opened.Image);
            PixelLayout layout = PixelLayouts.Of(image) ?? throw PictureRefusal.StrangeBands(opened.Picture, image.Bands);
            Fill(upright, image, region, layout, opened.Orientation, ref rows);
            return upright;
        }
        catch (VipsException damaged)
        {
            upright?.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            if (deadline.IsCancellationRequested)
                throw PictureRefusal.TimedOut(opened.Picture, limits.Timeout);
            throw PictureRefusal.Damaged(opened.Picture, opened.Type, (int)(100L * rows / opened.Image.Height), damaged);
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

    private static void Fill(RgbImage upright, VipsImage image, VipsRegion region, PixelLayout layout, Orientation orientation, ref int rows)
    {
        int width = image.Width;
        byte[] strip = new byte[RowsPerStrip * width * image.Bands];
        byte[] rgb = orientation.IsUpright ? [] : new byte[RowsPerStrip * width * 3];
        while (rows < image.Height)
        {
            int count = Math.Min(RowsPerStrip, image.Height - rows);
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
