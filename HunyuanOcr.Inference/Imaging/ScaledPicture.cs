namespace HunyuanOcr.Inference.Imaging;

/// <summary>One picture as the vision tower takes it: scaled, and still 8 bits a channel, a quarter of what its patches weigh. Whoever has it disposes it.</summary>
/// <remarks>A device cuts the patches into memory of its own when the picture's turn has come, so that none wait and none are copied.</remarks>
/// <param name="image">Both sides multiples of the patch size; belongs to this picture from here on.</param>
/// <param name="extractor">Cuts it.</param>
internal sealed class ScaledPicture(RgbImage image, PatchExtractor extractor) : IDisposable
{
    /// <summary>Patches down.</summary>
    internal int GridHeight => image.Height / extractor.PatchSize;

    /// <summary>Patches across.</summary>
    internal int GridWidth => image.Width / extractor.PatchSize;

    /// <summary>Numbers of all patches.</summary>
    internal int Length => image.Length;

    /// <summary>[pixels down, pixels across, 3] levels before normalising; valid until the picture is disposed.</summary>
    internal ReadOnlySpan<byte> Pixels => image.Pixels;

    /// <summary>Cuts the normalised patches.</summary>
    /// <param name="patches">[GridHeight * GridWidth, 3 * size * size], in the order of transformers' pixel_values: row-major patches, each channel-major.</param>
    internal void Cut(Span<float> patches) => extractor.Cut(image, patches);

    public void Dispose() => image.Dispose();
}
