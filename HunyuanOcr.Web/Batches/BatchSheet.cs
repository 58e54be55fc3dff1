using System.Text.Json;
using CsvHelper;
using HunyuanOcr.Inference;
using HunyuanOcr.Web.Language;
using HunyuanOcr.Web.Persistence;
using HunyuanOcr.Web.Recognise;
using MiniExcelLibs;
using MiniExcelLibs.OpenXml;

namespace HunyuanOcr.Web.Batches;

/// <summary>A whole batch as one table: a row for each line, or for fields one for each page with a column for each field. A page without text has a row too, which says why.</summary>
internal sealed class BatchSheet
{
    /// <summary>Rows of a sheet of a workbook; the format itself ends at 1,048,576.</summary>
    private const int RowsOfSheet = 1_000_000;

    private readonly ReadingTask _task;
    private readonly Words _words;

    internal BatchSheet(ReadingTask task, Words words)
    {
        _task = task;
        _words = words;
        string[] columns = task.Kind switch
        {
            TaskKind.Fields => [.. task.Fields, "confidence"],
            TaskKind.Translate => ["line", "original", "translation"],
            _ => ["line", "text", "left", "top", "right", "bottom", "confidence"],
        };
        Columns = Distinct(["file", "page", .. columns, "note"]);
    }

    /// <summary>Names of the columns; a field that is called like another column gets a number.</summary>
    internal IReadOnlyList<string> Columns { get; }

    /// <summary>UTF-8 with a byte order mark, without which Excel takes Han characters for something else.</summary>
    internal static Task WriteCsvAsync(Stream output, Batch batch, BatchPages pages, Words words, CancellationToken cancellationToken)
    {
        BatchSheet sheet = Of(batch, words);
        // As for single runs, our own rule for formulas covers more than the library's.
        using CsvWriter csv = CsvWriter.Create(output, CsvWriterOptions.Default with { WriteByteOrderMark = true, Injection = CsvInjection.None }, leaveOpen: true);
        csv.WriteHeader([.. sheet.Columns.Select(SafeCell.Of)]);
        foreach (object?[] row in sheet.Rows(pages.Of(batch, cancellationToken)))
        {
            foreach (object? cell in row)
                csv.WriteField(Safe(cell));
            csv.EndRecord();
        }
        return Task.CompletedTask;
    }

    /// <summary>A workbook; beyond a million rows it goes on in another sheet.</summary>
    internal static async Task WriteWorkbookAsync(Stream output, Batch batch, BatchPages pages, Words words, CancellationToken cancellationToken)
    {
        BatchSheet sheet = Of(batch, words);
        long rows = await pages.RowsAsync(batch, cancellationToken);
        using IEnumerator<object?[]> all = sheet.Rows(pages.Of(batch, cancellationToken)).GetEnumerator();
        Dictionary<string, object> sheets = [];
        for (int number = 0; number == 0 || number < rows / (double)RowsOfSheet; number++)
            sheets[number == 0 ? "Result" : $"Result {number + 1}"] = sheet.Part(all);
        await output.SaveAsAsync(sheets, configuration: new OpenXmlConfiguration { TableStyles = TableStyles.None, AutoFilter = false }, cancellationToken: cancellationToken);
    }

    internal IEnumerable<object?[]> Rows(IEnumerable<BatchPage> pages)
    {
        int between = Columns.Count - 3;
        foreach (BatchPage page in pages)
        {
            string? note = BatchFaultWords.Of(page.Item, _words);
            bool any = false;
            foreach (object?[] row in page.View is null ? [] : Rows(page.View))
            {
                any = true;
                yield return [page.Item.FileName, page.Item.Page ?? 1, .. row, note];
            }
            if (!any)
                yield return [page.Item.FileName, page.Item.Page ?? 1, .. new object?[between], note ?? (page.View is null ? _words["batch.note.deleted"] : _words["batch.note.nothing"])];
        }
    }

    private static BatchSheet Of(Batch batch, Words words) => new(JsonSerializer.Deserialize<ReadingTask>(batch.Options) ?? new(), words);

    private IEnumerable<object?[]> Rows(RunView view)
    {
        if (_task.Kind != TaskKind.Fields)
            return RunTable.Of([new RunPage(1, view)]).Rows;
        if (view.Result is not { } result)
            return [];
        OcrField?[] found = [.. _task.Fields.Select(name => result.Fields.FirstOrDefault(field => field.Name == name))];
        return [[.. found.Select(field => field?.Value), found.Any(field => field?.Value is not null) ? Math.Round(found.Where(field => field?.Value is not null).Min(field => field!.Confidence), 3) : null]];
    }

    private IEnumerable<Dictionary<string, object?>> Part(IEnumerator<object?[]> rows)
    {
        bool any = false;
        for (int count = 0; count < RowsOfSheet && rows.MoveNext(); count++)
        {
            any = true;
            yield return Columns.Select((column, at) => (column, Cell: Safe(rows.Current[at]))).ToDictionary(pair => SafeCell.Of(pair.column), pair => pair.Cell);
        }
        // A sheet without rows has no columns to take names from.
        if (!any)
            yield return Columns.ToDictionary(SafeCell.Of, _ => (object?)null);
    }

    private static object? Safe(object? cell) => cell is string text ? SafeCell.Of(text) : cell;

    private static List<string> Distinct(string[] names)
    {
        List<string> distinct = [];
        foreach (string name in names)
        {
            string free = name;
            for (int number = 2; distinct.Contains(free, StringComparer.OrdinalIgnoreCase); number++)
                free = $"{name} {number}";
            distinct.Add(free);
        }
        return distinct;
    }
}
