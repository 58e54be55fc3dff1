namespace HunyuanOcr.Web.Documents.Pdf;

/// <summary>How finely a page is rendered: as many pixels as the model looks at, no more, and never finer than a good scan.</summary>
internal static class PageResolution
{
    /// <summary>Dots per inch at which scanners take text; beyond it letters only get larger.</summary>
    internal const double Finest = 300;

    /// <summary>Dots per inch for a page.</summary>
    /// <param name="page">Its box, in points.</param>
    /// <param name="pixels">Most pixels of the picture.</param>
    internal static double Of(PdfPage page, long pixels)
    {
        // pdftoppm rounds both sides up: with one pixel less each, the picture stays within the budget.
        double side = page.Width + page.Height;
        double scale = (Math.Sqrt((side * side) + (4 * page.Width * page.Height * (pixels - 1))) - side) / (2 * page.Width * page.Height);
        return Math.Min(Finest, 72 * scale);
    }
}
