using System.Globalization;
using System.Text;

namespace HunyuanOcr.Web.Tests;

/// <summary>Small PDFs made on the spot, good and bad.</summary>
internal static class TestPdfs
{
    /// <summary>Pages that each say their number.</summary>
    /// <param name="box">Media box of every page, in points.</param>
    /// <param name="catalog">More entries of the catalogue.</param>
    /// <param name="trailer">More entries of the trailer.</param>
    /// <param name="page">More entries of every page.</param>
    /// <param name="content">Drawing of every page instead of its number; {0} is the number.</param>
    internal static byte[] Pages(int count, string box = "0 0 595 842", string catalog = "", string trailer = "", string page = "", string content = "BT /F1 40 Tf 60 600 Td (Page {0}) Tj ET")
    {
        List<string> objects =
        [
            $"<</Type/Catalog/Pages 2 0 R{catalog}>>",
            $"<</Type/Pages/Kids[{string.Join(' ', Enumerable.Range(0, count).Select(i => $"{4 + (2 * i)} 0 R"))}]/Count {count}>>",
            "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        ];
        for (int i = 0; i < count; i++)
        {
            string drawing = string.Format(CultureInfo.InvariantCulture, content, i + 1);
            objects.Add($"<</Type/Page/Parent 2 0 R/MediaBox[{box}]/Resources<</Font<</F1 3 0 R>>>>/Contents {5 + (2 * i)} 0 R{page}>>");
            objects.Add($"<</Length {drawing.Length}>>stream\n{drawing}\nendstream");
        }
        return File(objects, trailer);
    }

    /// <summary>Pages of different boxes.</summary>
    internal static byte[] Boxes(params string[] boxes)
    {
        List<string> objects =
        [
            "<</Type/Catalog/Pages 2 0 R>>",
            $"<</Type/Pages/Kids[{string.Join(' ', Enumerable.Range(0, boxes.Length).Select(i => $"{3 + i} 0 R"))}]/Count {boxes.Length}>>",
            .. boxes.Select(box => $"<</Type/Page/Parent 2 0 R/MediaBox[{box}]>>"),
        ];
        return File(objects, "");
    }

    /// <summary>Locked with a password that nobody knows: no password gives these entries.</summary>
    internal static byte[] Encrypted() => Pages(1, trailer:
        $"/ID[<{new string('0', 32)}><{new string('0', 32)}>]/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<{new string('1', 64)}>/U<{new string('2', 64)}>>>");

    /// <summary>Runs a script when it is opened, and links to an address.</summary>
    internal static byte[] JavaScript() => Pages(1, catalog: "/OpenAction<</S/JavaScript/JS(app.alert\\(1\\);this.submitForm\\('http://127.0.0.1:9/'\\))>>",
        page: "/AA<</O<</S/URI/URI(http://127.0.0.1:9/)>>>>");

    /// <summary>Keeps the renderer busy for minutes: the same large transparent drawing again and again.</summary>
    internal static byte[] Slow() => Pages(1, page: "/Group<</S/Transparency>>", content: string.Concat(Enumerable.Repeat("q 0 0 595 842 re W n 0 0 m 595 842 l 300 7 l 5 800 l 590 100 l h f* 1 w [1 1] 0 d 0 0 m 595 842 l S 0 842 m 595 0 l S Q\n", 60_000)));

    /// <summary>A picture that promises 40,000 by 40,000 pixels.</summary>
    internal static byte[] Heavy()
    {
        const string drawing = "q 500 0 0 500 0 0 cm /I Do Q";
        return File(
        [
            "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</XObject<</I 5 0 R>>>>/Contents 4 0 R>>",
            $"<</Length {drawing.Length}>>stream\n{drawing}\nendstream",
            "<</Type/XObject/Subtype/Image/Width 400000000/Height 4/BitsPerComponent 8/ColorSpace/DeviceRGB/Length 3>>stream\nabc\nendstream",
        ], "");
    }

    private static byte[] File(List<string> objects, string trailer)
    {
        StringBuilder file = new("%PDF-1.7\n%âãÏÓ\n");
        List<int> starts = [];
        for (int i = 0; i < objects.Count; i++)
        {
            starts.Add(file.Length);
            file.Append(CultureInfo.InvariantCulture, $"{i + 1} 0 obj\n{objects[i]}\nendobj\n");
        }
        int table = file.Length;
        file.Append(CultureInfo.InvariantCulture, $"xref\n0 {objects.Count + 1}\n0000000000 65535 f \n");
        foreach (int start in starts)
            file.Append(CultureInfo.InvariantCulture, $"{start:0000000000} 00000 n \n");
        file.Append(CultureInfo.InvariantCulture, $"trailer\n<</Size {objects.Count + 1}/Root 1 0 R{trailer}>>\nstartxref\n{table}\n%%EOF\n");
        return Encoding.Latin1.GetBytes(file.ToString());
    }
}
