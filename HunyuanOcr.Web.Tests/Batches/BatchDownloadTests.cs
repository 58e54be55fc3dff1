using System.IO.Compression;
using System.Text;
using System.Text.Json;
using HunyuanOcr.Inference;
using HunyuanOcr.Web.Persistence;
using HunyuanOcr.Web.Recognise;
using MiniExcelLibs;

namespace HunyuanOcr.Web.Tests.Batches;

public sealed class BatchDownloadTests
{
    [Fact]
    public async Task Everything_comes_as_workbook_table_lines_and_zip_with_a_row_for_what_could_not_be_read_and_nothing_that_computes()
    {
        using TestApp app = new();
        string[] evil = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "<script>alert(1)</script>"];
        app.Reader.Script = (_, cancellationToken) => new ScriptedAnswer([.. evil.Select(text => (text, (OcrBox?)new OcrBox(100, 100, 200, 200), 0.97))]) { Pace = TimeSpan.Zero }.PlayAsync(cancellationToken);
        using BatchVisitor visitor = await BatchVisitor.OpenAsync(app);
        Batch batch = await visitor.BatchAsync();
        await visitor.SendAllAsync(batch.Id, ("=cmd.png", TestPictures.Png(300, 200)), ("word.docx", TestPictures.Word()));
        await visitor.EndAsync(batch.Id);

        using MemoryStream workbook = new(await visitor.DownloadAsync($"/batches/{batch.Id}/xlsx"));
        List<IDictionary<string, object>> rows = [.. workbook.Query(useHeaderRow: true).Cast<IDictionary<string, object>>()];
        Assert.Equal(evil.Length + 1, rows.Count);
        Assert.Equal("'=cmd.png", rows[0]["file"]);
        Assert.All(rows.Take(6), row => Assert.StartsWith("'", (string)row["text"], StringComparison.Ordinal));
        Assert.Contains("Word", (string)rows[^1]["note"], StringComparison.Ordinal);

        string csv = Encoding.UTF8.GetString(await visitor.DownloadAsync($"/batches/{batch.Id}/csv"));
        Assert.Contains("'=1+1", csv, StringComparison.Ordinal);
        Assert.DoesNotContain(",=1+1", csv, StringComparison.Ordinal);

        string[] lines = Encoding.UTF8.GetString(await visitor.DownloadAsync($"/batches/{batch.Id}/jsonl")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        JsonElement[] pages = [.. lines.Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal([("=cmd.png", "done"), ("word.docx", "failed")], pages.Select(page => (page.GetProperty("file").GetString(), page.GetProperty("state").GetString())));
        Assert.Equal(evil.Length, pages[0].GetProperty("result").GetProperty("lines").GetArrayLength());

        using ZipArchive zip = new(new MemoryStream(await visitor.DownloadAsync($"/batches/{batch.Id}/zip")));
        Assert.Equal(["index.csv", "markdown/0001-=cmd.md", "text/0001-=cmd.txt"], zip.Entries.Select(entry => entry.FullName).Order(StringComparer.Ordinal));
        using StreamReader index = new(zip.GetEntry("index.csv")!.Open());
        Assert.Contains("word.docx", await index.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fields_make_a_row_a_page_with_a_column_a_field()
    {
        using TestApp app = new();
        app.Reader.Script = (_, cancellationToken) => (ScriptedAnswer.Invoice with { Pace = TimeSpan.Zero, Fields = [new OcrField("Total", "=8,477.96", 0.9), new OcrField("file", "x", 0.5)] }).PlayAsync(cancellationToken);
        using BatchVisitor visitor = await BatchVisitor.OpenAsync(app);
        Batch batch = await visitor.BatchAsync(new ReadingTask { Kind = TaskKind.Fields, Fields = ["Total", "file", "Date"] });
        await visitor.SendAllAsync(batch.Id, ("a.png", TestPictures.Png(300, 200)), ("b.png", TestPictures.Png(310, 200)));
        await visitor.EndAsync(batch.Id);
        using MemoryStream workbook = new(await visitor.DownloadAsync($"/batches/{batch.Id}/xlsx"));
        List<IDictionary<string, object>> rows = [.. workbook.Query(useHeaderRow: true).Cast<IDictionary<string, object>>()];
        Assert.Equal(["file", "page", "Total", "file 2", "Date", "confidence", "note"], rows[0].Keys);
        Assert.Equal([("a.png", "'=8,477.96", "x"), ("b.png", "'=8,477.96", "x")], rows.Select(row => ((string)row["file"], (string)row["Total"], (string)row["file 2"])));
    }
}
