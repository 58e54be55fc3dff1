namespace HunyuanOcr.Web.Documents.Pdf;

/// <summary>A PDF that was looked into and may be rendered.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Name">What its owner calls it, for messages.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Pages">Its pages, in order.</param>
/// <param name="Repaired">Whether its structure was broken and could only be guessed: pages may be missing or wrong.</param>
internal sealed record PdfFile(string Path, string Name, long Bytes, IReadOnlyList<PdfPage> Pages, bool Repaired)
{
    internal int PageCount => Pages.Count;
}

/// <summary>One page as its box says.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Width">Points (1/72 inch) across as the page is seen, rotation taken in; 0 where the page is broken.</param>
/// <param name="Height">Points down.</param>
internal readonly record struct PdfPage(int Number, double Width, double Height)
{
    /// <summary>Whether the box is one that can be rendered.</summary>
    internal bool IsRenderable => Width >= 1 && Height >= 1 && Math.Max(Width, Height) <= PdfLimits.LongestSide && Math.Max(Width, Height) <= PdfLimits.LongestRatio * Math.Min(Width, Height);
}

/// <summary>A rendered page.</summary>
/// <param name="Png">The picture.</param>
/// <param name="Width">Pixels across.</param>
/// <param name="Height">Pixels down.</param>
/// <param name="DotsPerInch">Its resolution: a pixel is 72 / this points of the page.</param>
/// <param name="Faulty">Whether parts of the page could not be drawn.</param>
internal sealed record PdfPageImage(byte[] Png, int Width, int Height, double DotsPerInch, bool Faulty);
