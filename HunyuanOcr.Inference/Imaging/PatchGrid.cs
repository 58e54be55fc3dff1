namespace HunyuanOcr.Inference.Imaging;

/// <summary>To which size a picture is scaled and how many patches that gives; transformers' smart_resize, number for number.</summary>
/// <param name="ScaledWidth">Pixels across, a multiple of patch size times merge size.</param>
/// <param name="ScaledHeight">Pixels down, likewise.</param>
/// <param name="GridWidth">Patches across.</param>
/// <param name="GridHeight">Patches down.</param>
internal readonly record struct PatchGrid(int ScaledWidth, int ScaledHeight, int GridWidth, int GridHeight)
{
    /// <summary>A picture whose one side is longer than this many times the other is refused.</summary>
    internal const int MaxAspectRatio = 200;

    /// <summary>The grid of a picture; null where its aspect ratio is above <see cref="MaxAspectRatio"/>.</summary>
    /// <param name="width">Upright width in pixels, at least 1.</param>
    /// <param name="height">Upright height in pixels, at least 1.</param>
    /// <param name="options">Patch size and limits.</param>
    internal static PatchGrid? Fit(int width, int height, PreprocessorOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        if ((double)Math.Max(width, height) / Math.Min(width, height) > MaxAspectRatio)
            return null;
        int factor = options.PatchSize * options.MergeSize;
        // Doubles throughout, in the order of the reference: Python divides integers into doubles and rounds half to even.
        double pixels = (double)width * height;
        double h = Math.Round((double)height / factor, MidpointRounding.ToEven) * factor;
        double w = Math.Round((double)width / factor, MidpointRounding.ToEven) * factor;
        if (h * w > options.MaxPixels)
        {
            double beta = Math.Sqrt(pixels / options.MaxPixels);
            h = Math.Max(factor, Math.Floor(height / beta / factor) * factor);
            w = Math.Max(factor, Math.Floor(width / beta / factor) * factor);
        }
        else if (h * w < options.MinPixels)
        {
            double beta = Math.Sqrt(options.MinPixels / pixels);
            h = Math.Ceiling(height * beta / factor) * factor;
            w = Math.Ceiling(width * beta / factor) * factor;
        }
        return new((int)w, (int)h, (int)w / options.PatchSize, (int)h / options.PatchSize);
    }
}
