using HunyuanOcr.Inference.Imaging;
using HunyuanOcr.Inference.Imaging.Vips;

namespace HunyuanOcr.Inference;

/// <summary>Pictures for programs that cannot draw the file itself, such as a TIFF in a browser.</summary>
public static class OcrPictureRendition
{
    /// <summary>The first page or frame, upright and opaque, as PNG; made smaller where a side is longer than asked.</summary>
    /// <param name="picture">JPEG, PNG, WebP, TIFF or GIF.</param>
    /// <param name="options">Limits of pixels and time, and where libvips is.</param>
    /// <param name="longestSide">Most pixels of a side.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <exception cref="OcrPictureException">The picture is refused.</exception>
    /// <exception cref="OcrConfigurationException">libvips is missing from <see cref="EngineOptions.NativeFolder"/>.</exception>
    public static byte[] ToPng(OcrPicture picture, EngineOptions options, int longestSide, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(longestSide);
        VipsLibrary.Load(options.NativeFolder);
        using RgbImage whole = ImageDecoder.Decode(picture, ImageLimits.From(options), cancellationToken);
        double scale = (double)longestSide / Math.Max(whole.Width, whole.Height);
        if (scale >= 1)
            return PngFile.Write(whole);
        using RgbImage smaller = BicubicResampler.Resize(whole, Math.Max(1, (int)(whole.Width * scale)), Math.Max(1, (int)(whole.Height * scale)), cancellationToken);
        return PngFile.Write(smaller);
    }
}
