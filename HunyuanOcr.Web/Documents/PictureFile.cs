using HunyuanOcr.Inference;

namespace HunyuanOcr.Web.Documents;

/// <summary>What is asked of picture files before the engine gets them.</summary>
internal interface IPictureFile
{
    /// <summary>Upright size, from the header alone.</summary>
    /// <exception cref="OcrPictureException">The file is refused.</exception>
    (int Width, int Height) ReadSize(OcrPicture picture);

    /// <summary>The upright picture as PNG.</summary>
    /// <param name="longestSide">Most pixels of a side.</param>
    /// <exception cref="OcrPictureException">The file is refused.</exception>
    byte[] ToPng(OcrPicture picture, int longestSide, CancellationToken cancellationToken);
}

/// <summary>Picture files as the engine itself opens them.</summary>
internal sealed class PictureFile(EngineOptions options) : IPictureFile
{
    public (int Width, int Height) ReadSize(OcrPicture picture)
    {
        // The caller compares with its limits, as only it can name the found value in the visitor's language.
        OcrPictureHeader header = OcrPictureHeader.Read(picture, options with { MaxPixels = long.MaxValue });
        return (header.Width, header.Height);
    }

    public byte[] ToPng(OcrPicture picture, int longestSide, CancellationToken cancellationToken) =>
        OcrPictureRendition.ToPng(picture, options, longestSide, cancellationToken);
}
