using System.Text.Encodings.Web;
using System.Text.Json;
using HunyuanOcr.Web.Language;
using HunyuanOcr.Web.Persistence;
using HunyuanOcr.Web.Recognise;

namespace HunyuanOcr.Web.Batches;

/// <summary>A batch as JSON Lines: a page a line, with everything that a single download has.</summary>
internal static class BatchJsonLines
{
    private static readonly JsonWriterOptions _readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    internal static async Task WriteAsync(Stream output, Batch batch, BatchPages pages, Words words, CancellationToken cancellationToken)
    {
        await foreach (BatchPage page in pages.OfAsync(batch, null, cancellationToken))
        {
            using MemoryStream line = new();
            using (Utf8JsonWriter json = new(line, _readable))
                Write(json, page, words);
            line.WriteByte((byte)'\n');
            line.Position = 0;
            await line.CopyToAsync(output, cancellationToken);
        }
    }

    private static void Write(Utf8JsonWriter json, BatchPage page, Words words)
    {
        json.WriteStartObject();
        json.WriteString("file", page.Item.FileName);
        json.WriteNumber("page", page.Item.Page ?? 1);
        json.WriteString("state", page.Item.State.ToString().ToLowerInvariant());
        json.WriteString("note", BatchFaultWords.Of(page.Item, words));
        json.WritePropertyName("result");
        if (page.View is null)
        {
            json.WriteNullValue();
        }
        else
        {
            using JsonDocument result = JsonDocument.Parse(RunJson.Of(page.View));
            result.WriteTo(json);
        }
        json.WriteEndObject();
    }
}
