namespace HunyuanOcr.Web.Recognise;

/// <summary>To what size a picture will be scaled for the model, told before it is read. The engine's own arithmetic decides; it reports the true size once it begins.</summary>
/// <param name="Width">Pixels across.</param>
/// <param name="Height">Pixels down.</param>
internal readonly record struct ScaledSize(int Width, int Height)
{
    /// <summary>Sides are multiples of this: patches of 16 pixels, merged by two.</summary>
    private const int Factor = 32;

    /// <summary>The scaled size; null where the picture has no more pixels than the model looks at.</summary>
    internal static ScaledSize? Of(int width, int height, long mostPixels)
    {
        double pixels = (double)width * height;
        if (width <= 0 || height <= 0 || mostPixels <= 0 || pixels * 0.9 <= mostPixels)
            return null;
        double beta = Math.Sqrt(pixels / mostPixels);
        return new(Side(width / beta), Side(height / beta));
    }

    private static int Side(double pixels) => Math.Max(Factor, (int)Math.Floor(pixels / Factor) * Factor);
}
