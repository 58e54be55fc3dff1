using HunyuanOcr.Inference.Imaging;
using HunyuanOcr.Inference.Imaging.Vips;

namespace HunyuanOcr.Inference;

/// <summary>What a picture's header says, read without decoding it.</summary>
/// <param name="Type">JPEG, PNG, WebP, TIFF or GIF, by content.</param>
/// <param name="Width">Pixels across, upright.</param>
/// <param name="Height">Pixels down, upright.</param>
/// <param name="Pages">Pages of a TIFF or frames of an animation; only the first is read.</param>
public sealed record OcrPictureHeader(string Type, int Width, int Height, int Pages)
{
    /// <summary>Reads a picture's header.</summary>
    /// <exception cref="OcrPictureException">It is no picture, its header is damaged, or it has more pixels than <see cref="EngineOptions.MaxPixels"/>.</exception>
    /// <exception cref="OcrConfigurationException">libvips is missing from <see cref="EngineOptions.NativeFolder"/>.</exception>
    public static OcrPictureHeader Read(OcrPicture picture, EngineOptions options)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentNullException.ThrowIfNull(options);
        VipsLibrary.Load(options.NativeFolder);
        using OpenedPicture opened = OpenedPicture.Open(picture, ImageLimits.From(options).MaxPixels);
        return new(opened.Type.Name(), opened.Orientation.Width, opened.Orientation.Height, Math.Max(1, opened.Image.Pages));
    }
}
