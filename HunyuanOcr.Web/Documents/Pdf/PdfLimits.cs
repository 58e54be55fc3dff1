using HunyuanOcr.Web.Hosting;

namespace HunyuanOcr.Web.Documents.Pdf;

/// <summary>What a PDF may cost.</summary>
/// <param name="MaxPages">Most pages of a file.</param>
/// <param name="MaxPixels">Most pixels of a rendered page, whatever is asked.</param>
/// <param name="MemoryBytes">Address space of one child process.</param>
/// <param name="Time">Longest time of one child process, by the clock; a second more in processor time ends it should the server die first.</param>
internal sealed record PdfLimits(int MaxPages, long MaxPixels, long MemoryBytes, TimeSpan Time)
{
    /// <summary>Longest side of a page in points: what the PDF specification allows without a user unit (ISO 32000-1, Annex C.2).</summary>
    internal const double LongestSide = 14_400;

    /// <summary>One side may be this many times the other; the model takes no longer pictures.</summary>
    internal const double LongestRatio = 200;

    internal static PdfLimits From(StudioOptions options) =>
        new(options.Limits.MaxPdfPages, options.Engine.MaxPixels, options.Limits.PdfMemoryMegabytes * 1024L * 1024L, TimeSpan.FromSeconds(options.Limits.PdfPageSeconds));
}
