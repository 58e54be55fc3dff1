namespace HunyuanOcr.Web.Recognise;

/// <summary>The sides in pixels of square pages among which a visitor chooses the largest that the model looks at.</summary>
internal static class PageSides
{
    private static readonly int[] _round = [3072, 2048, 1536, 1024, 768, 512, 384, 256];

    /// <summary>The model's own side first, then smaller ones down to a quarter of it; below that nothing can be read.</summary>
    /// <param name="mostPixels">Pixels that the model sees at most; 0 while it is not known.</param>
    /// <param name="chosen">Stands in the list whatever the model; null where nothing was chosen.</param>
    internal static IReadOnlyList<int> Of(long mostPixels, int? chosen)
    {
        int most = Most(mostPixels);
        IEnumerable<int> sides = _round.Where(side => side < most && side >= most / 4);
        return [most, .. (chosen is { } one && one != most ? sides.Append(one) : sides).Distinct().OrderDescending()];
    }

    /// <summary>The model's own.</summary>
    internal static int Most(long mostPixels) => (int)Math.Sqrt(mostPixels);

    /// <summary>The fewer of two: what the model sees at most, and what was asked for.</summary>
    internal static long Pixels(long mostPixels, int? chosen) => chosen is { } side ? Math.Min(mostPixels, (long)side * side) : mostPixels;
}
