using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using HunyuanOcr.Inference;
using HunyuanOcr.Web.Security;
using Microsoft.AspNetCore.Http.HttpResults;

namespace HunyuanOcr.Web.Recognise;

/// <summary>What was read as a file: plain text, or JSON with boxes in pixels of the upright picture.</summary>
internal static class RunDownloads
{
    // The file is read by people too: Han and Arabic stay letters. It is served as JSON, never put into a page.
    private static readonly JsonWriterOptions _readable = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>GET /runs/{id}/text and /runs/{id}/json, for the run's owner only.</summary>
    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/runs/{id}/text", static (string id, HttpContext context, RecogniseRuns runs, OwnerCookie owners) =>
            runs.Find(id, owners.Find(context)) is { } run ? (IResult)File(Encoding.UTF8.GetBytes(Text(run.View())), "text/plain; charset=utf-8", run, ".txt") : TypedResults.NotFound());
        routes.MapGet("/runs/{id}/json", static (string id, HttpContext context, RecogniseRuns runs, OwnerCookie owners) =>
            runs.Find(id, owners.Find(context)) is { } run ? (IResult)File(Json(run.View()), "application/json", run, ".json") : TypedResults.NotFound());
    }

    /// <summary>The lines, or for fields "name: value", or the answer as it is.</summary>
    internal static string Text(RunView view)
    {
        if (view.Result is { Fields.Count: > 0 } result)
            return string.Join('\n', result.Fields.Select(field => $"{field.Name}: {field.Value}"));
        IEnumerable<string> lines = view.Lines.Select(line => line.Text);
        if (view.Tail.Length > 0)
            lines = lines.Append(view.Tail);
        string text = string.Join('\n', lines);
        return text.Length > 0 ? text : view.Result?.Text ?? "";
    }

    /// <summary>Everything that is known of the answer.</summary>
    internal static byte[] Json(RunView view)
    {
        using MemoryStream output = new();
        using (Utf8JsonWriter json = new(output, _readable))
        {
            json.WriteStartObject();
            json.WriteString("file", view.Document.Name);
            json.WriteString("task", view.Task.Kind switch { TaskKind.Fields => "extract", TaskKind.Translate => "translate", _ => "ocr" });
            json.WriteStartObject("page");
            json.WriteNumber("width", view.Document.Width);
            json.WriteNumber("height", view.Document.Height);
            json.WriteEndObject();
            json.WriteString("finish_reason", view.Result is { } result ? result.FinishReason.ToString().ToLowerInvariant() : view.Phase == RunPhase.Cancelled ? "cancelled" : "error");
            WriteLines(json, view);
            WriteFields(json, view);
            WriteUsage(json, view);
            json.WriteEndObject();
        }
        return output.ToArray();
    }

    private static void WriteLines(Utf8JsonWriter json, RunView view)
    {
        json.WriteStartArray("lines");
        foreach (OcrLine line in view.Lines)
        {
            json.WriteStartObject();
            json.WriteString("text", line.Text);
            if (line.Box is { } box)
                json.WriteRawValue(FormattableString.Invariant($"[{Pixel(box.Left, view.Document.Width)}, {Pixel(box.Top, view.Document.Height)}, {Pixel(box.Right, view.Document.Width)}, {Pixel(box.Bottom, view.Document.Height)}]"), "box");
            json.WriteNumber("confidence", Math.Round(line.Confidence, 3));
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteRawValue(this Utf8JsonWriter json, string value, string name)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(value);
    }

    private static void WriteFields(Utf8JsonWriter json, RunView view)
    {
        if (view.Task.Kind != TaskKind.Fields)
            return;
        json.WriteStartArray("fields");
        foreach (OcrField field in view.Result?.Fields ?? [])
        {
            json.WriteStartObject();
            json.WriteString("name", field.Name);
            json.WriteString("value", field.Value);
            json.WriteNumber("confidence", Math.Round(field.Confidence, 3));
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteUsage(Utf8JsonWriter json, RunView view)
    {
        if (view.Result is not { } result)
            return;
        json.WriteString("answer", result.Text);
        json.WriteStartObject("usage");
        json.WriteNumber("prompt_tokens", result.PromptTokens);
        json.WriteNumber("image_tokens", result.ImageTokens);
        json.WriteNumber("completion_tokens", result.Tokens.Count);
        json.WriteEndObject();
        json.WriteStartObject("seconds");
        (string Name, TimeSpan Time)[] times = [("queue", result.Timings.Queue), ("picture", result.Timings.Picture), ("vision", result.Timings.Vision), ("prefill", result.Timings.Prefill), ("decode", result.Timings.Decode), ("first_token", result.Timings.FirstToken), ("total", result.Timings.Total)];
        foreach ((string name, TimeSpan time) in times)
            json.WriteNumber(name, Math.Round(time.TotalSeconds, 4));
        json.WriteEndObject();
    }

    /// <summary>A thousandth of a side in whole pixels.</summary>
    internal static int Pixel(int thousandths, int side) => (int)Math.Round(thousandths * (double)side / 1000);

    private static FileContentHttpResult File(byte[] bytes, string type, RecogniseRun run, string extension) =>
        TypedResults.File(bytes, type, Path.GetFileNameWithoutExtension(run.Document.Name) + extension);
}
