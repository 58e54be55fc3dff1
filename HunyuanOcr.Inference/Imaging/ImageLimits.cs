namespace HunyuanOcr.Inference.Imaging;

/// <summary>What decoding one picture may cost.</summary>
/// <param name="MaxPixels">Most pixels, read from the header before anything is decoded.</param>
/// <param name="Timeout">Longest time that decoding may take.</param>
internal sealed record ImageLimits(long MaxPixels, TimeSpan Timeout)
{
    internal static ImageLimits From(EngineOptions options) => new(options.MaxPixels, options.PictureTimeout);
}
