using CsvHelper;
using HunyuanOcr.Inference;
using MiniExcelLibs;

namespace HunyuanOcr.Web.Recognise;

/// <summary>What was read as rows: lines with boxes in pixels, fields, or original beside translation. The same rows make a CSV file and a workbook.</summary>
/// <param name="Columns">Names of the columns, short and in English, for programs as well as people.</param>
/// <param name="Rows">Cells in the order of the columns: text as it was read, numbers as numbers, null where there is nothing.</param>
internal sealed record RunTable(IReadOnlyList<string> Columns, IReadOnlyList<object?[]> Rows)
{
    /// <summary>One table over all pages of a document; the first column is the page where there are several.</summary>
    internal static RunTable Of(IReadOnlyList<RunPage> pages)
    {
        bool several = pages.Count > 1;
        RunView first = pages[0].View;
        (string[] columns, Func<RunView, IEnumerable<object?[]>> rows) = first.Task.Kind switch
        {
            TaskKind.Fields => (["field", "value", "confidence"], Fields),
            TaskKind.Translate => (["line", "original", "translation"], Translation),
            _ => ((string[])["line", "text", "left", "top", "right", "bottom", "confidence"], (Func<RunView, IEnumerable<object?[]>>)Lines),
        };
        return new(several ? ["page", .. columns] : columns, [.. pages.SelectMany(page => rows(page.View).Select(row => several ? [page.Number, .. row] : row))]);
    }

    /// <summary>UTF-8 with a byte order mark, without which Excel takes Han characters for something else.</summary>
    internal byte[] Csv()
    {
        using MemoryStream output = new();
        // The library takes care of formulas too, but not of those behind blanks or in full-width signs.
        using (CsvWriter csv = CsvWriter.Create(output, CsvWriterOptions.Default with { WriteByteOrderMark = true, Injection = CsvInjection.None }, leaveOpen: true))
        {
            csv.WriteHeader([.. Columns]);
            foreach (object?[] row in Rows)
            {
                foreach (object? cell in row)
                    csv.WriteField(cell is string text ? SafeCell.Of(text) : cell);
                csv.EndRecord();
            }
        }
        return output.ToArray();
    }

    /// <summary>A workbook with one sheet.</summary>
    internal byte[] Xlsx()
    {
        using MemoryStream output = new();
        List<Dictionary<string, object?>> rows = [.. Rows.Select(row => Columns.Select((column, at) => (column, Cell: row[at] is string text ? SafeCell.Of(text) : row[at])).ToDictionary(pair => pair.column, pair => pair.Cell))];
        // A sheet without rows has no columns to take names from.
        output.SaveAs(rows.Count > 0 ? rows : [Columns.ToDictionary(column => column, _ => (object?)null)], sheetName: "Result");
        return output.ToArray();
    }

    private static IEnumerable<object?[]> Lines(RunView view)
    {
        if (view.Lines.Count == 0)
            return RunText.Of(view).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select((line, index) => new object?[] { index + 1, line, null, null, null, null, null });
        return view.Lines.Select((line, index) => line.Box is { } box
            ? new object?[] { index + 1, line.Text, Across(box.Left), Down(box.Top), Across(box.Right), Down(box.Bottom), Share(line.Confidence) }
            : [index + 1, line.Text, null, null, null, null, Share(line.Confidence)]);
        int Across(int value) => RunJson.Pixel(value, view.Document.Width);
        int Down(int value) => RunJson.Pixel(value, view.Document.Height);
    }

    private static IEnumerable<object?[]> Fields(RunView view) =>
        (view.Result?.Fields ?? []).Select(field => new object?[] { field.Name, field.Value, field.Value is null ? null : Share(field.Confidence) });

    private static IEnumerable<object?[]> Translation(RunView view) =>
        TranslatedText.Of(RunText.Of(view), view.Task.Target, null).Pairs.Select((pair, index) => new object?[] { index + 1, pair.Original, pair.Translation });

    private static double Share(double confidence) => Math.Round(confidence, 3);
}
