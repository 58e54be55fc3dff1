using System.Reflection;
using System.Text;

namespace HunyuanOcr.Inference.Engine;

/// <summary>The small page of known text that stands in the assembly (made by SelfCheck/make_page.py), for warm-up and self-check.</summary>
internal static class SelfCheckPage
{
    /// <summary>Its picture.</summary>
    public static OcrPicture Picture { get; } = new(Resource("page.png"), "the page of the self-check");

    /// <summary>Its text, line by line.</summary>
    public static string Text { get; } = Encoding.UTF8.GetString(Resource("page.txt")).Trim();

    /// <summary>Insertions, deletions and replacements that make one text of the other, over the length of the true one; blanks do not count.</summary>
    public static double CharacterErrorRate(string read, string truth)
    {
        string from = WithoutBlanks(read), to = WithoutBlanks(truth);
        int[] row = [.. Enumerable.Range(0, to.Length + 1)];
        for (int i = 1; i <= from.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.Length; j++)
            {
                int cost = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (from[i - 1] == to[j - 1] ? 0 : 1));
                (diagonal, row[j]) = (row[j], cost);
            }
        }
        return (double)row[to.Length] / Math.Max(1, to.Length);
    }

    private static string WithoutBlanks(string text) => string.Concat(text.Where(letter => !char.IsWhiteSpace(letter)));

    private static byte[] Resource(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"SelfCheck.{name}")
            ?? throw new InvalidOperationException($"The assembly lacks its resource {name}.");
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
