using System.Buffers;
using HunyuanOcr.Inference.Imaging.Vips;

namespace HunyuanOcr.Inference.Imaging;

/// <summary>A picture whose header is read and within the limits, and whose pixels are still undecoded.</summary>
internal sealed unsafe class OpenedPicture : IDisposable
{
    private MemoryHandle _pin;

    private OpenedPicture(OcrPicture picture, PictureType type, MemoryHandle pin, VipsImage image)
    {
        Picture = picture;
        Type = type;
        _pin = pin;
        Image = image;
        Orientation = Orientation.From(image.Orientation, image.Width, image.Height);
    }

    internal OcrPicture Picture { get; }

    internal PictureType Type { get; }

    /// <summary>As stored, not yet upright.</summary>
    internal VipsImage Image { get; }

    /// <summary>How it becomes upright.</summary>
    internal Orientation Orientation { get; }

    /// <summary>Reads the header.</summary>
    /// <exception cref="OcrPictureException">Not a picture, damaged in its header, or more pixels than allowed.</exception>
    internal static OpenedPicture Open(OcrPicture picture, long maxPixels)
    {
        ReadOnlySpan<byte> file = picture.Bytes.Span;
        if (file.IsEmpty)
            throw PictureRefusal.Empty(picture);
        PictureType type = PictureTypes.Detect(file) ?? throw PictureRefusal.NotAPicture(picture);
        MemoryHandle pin = picture.Bytes.Pin();
        VipsImage? image = null;
        try
        {
            image = VipsImage.Open(type.Loader(), (byte*)pin.Pointer, file.Length);
            if ((long)image.Width * image.Height > maxPixels)
                throw PictureRefusal.TooLarge(picture, image.Width, image.Height, maxPixels);
            return new OpenedPicture(picture, type, pin, image);
        }
        catch (VipsException damaged)
        {
            pin.Dispose();
            throw PictureRefusal.Damaged(picture, type, percent: 0, damaged);
        }
        catch
        {
            image?.Dispose();
            pin.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Image.Dispose();
        _pin.Dispose();
    }
}
