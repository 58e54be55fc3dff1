namespace HunyuanOcr.Inference.Imaging;

/// <summary>What decoding one picture may cost.</summary>
/// <param name="MaxPixels">Most pixels, read from the header before anything is decoded.</param>
/// <param name="Timeout">Longest time that decoding may take.</param>
internal sealed record ImageLimits(long MaxPixels, TimeSpan Timeout)
{
    /// <summary>What one block of memory holds at five bytes a pixel, whatever the options say.</summary>
    internal const long MostPixels = 400_000_000;

    internal static ImageLimits From(EngineOptions options) => new(Math.Min(options.MaxPixels, MostPixels), options.PictureTimeout);
}
