namespace HunyuanOcr.Web.Documents;

/// <summary>A picture or a PDF that somebody brought.</summary>
/// <param name="Id">Unguessable; names it in addresses.</param>
/// <param name="Owner">Who brought it.</param>
/// <param name="Name">What its owner calls it; shown, never used as a path.</param>
/// <param name="Content">SHA-256 of its bytes in hex; its name on disk.</param>
/// <param name="Type">Media type by content.</param>
/// <param name="Bytes">Size of the file.</param>
/// <param name="Width">Pixels across, upright.</param>
/// <param name="Height">Pixels down, upright.</param>
/// <param name="Created">When it came.</param>
/// <param name="Pages">Pages of a PDF; a picture is one. A PDF has no size of its own.</param>
public sealed record StoredDocument(string Id, string Owner, string Name, string Content, string Type, long Bytes, int Width, int Height, DateTimeOffset Created, int Pages = 1)
{
    /// <summary>Whether it is a PDF: its pages are drawn before they are read.</summary>
    public bool IsPdf => Type == "application/pdf";
}
