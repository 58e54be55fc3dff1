namespace HunyuanOcr.Inference.Output;

/// <summary>The ``` fence that models put round JSON.</summary>
internal static class CodeFence
{
    /// <summary>Where the content begins: behind the fence's first line where there is one, otherwise at the first character that is not blank.</summary>
    /// <returns>-1 while the fence's first line is incomplete.</returns>
    public static int ContentStart(ReadOnlySpan<char> text)
    {
        int start = text.Length - text.TrimStart().Length;
        if (!text[start..].StartsWith("```"))
            return start < text.Length && "```".StartsWith(text[start..].ToString(), StringComparison.Ordinal) ? -1 : start;
        int lineEnd = text[start..].IndexOf('\n');
        return lineEnd < 0 ? -1 : start + lineEnd + 1;
    }
}
