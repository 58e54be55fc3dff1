namespace HunyuanOcr.Web.Documents;

/// <summary>Knows an error of writing that means "no room".</summary>
internal static class FullDisk
{
    /// <summary>ENOSPC, EDQUOT, and their Windows numbers.</summary>
    internal static bool Is(IOException e) => (e.HResult & 0xFFFF) is 28 or 39 or 112 or 122;
}
