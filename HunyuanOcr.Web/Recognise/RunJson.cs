using System.Text.Encodings.Web;
using System.Text.Json;
using HunyuanOcr.Inference;

namespace HunyuanOcr.Web.Recognise;

/// <summary>What was read as JSON, with boxes in pixels of the upright picture.</summary>
internal static class RunJson
{
    // The file is read by people too: Han and Arabic stay letters. It is served as JSON, never put into a page.
    private static readonly JsonWriterOptions _readable = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Everything that is known of one answer.</summary>
    internal static byte[] Of(RunView view) => Write(json => WritePage(json, new RunPage(1, view), several: false));

    /// <summary>One page as it is; several as a list.</summary>
    internal static byte[] Of(IReadOnlyList<RunPage> pages)
    {
        if (pages is [var only])
            return Of(only.View);
        return Write(json =>
        {
            json.WriteStartObject();
            json.WriteStartArray("pages");
            foreach (RunPage page in pages)
                WritePage(json, page, several: true);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }

    /// <summary>A thousandth of a side in whole pixels.</summary>
    internal static int Pixel(int thousandths, int side) => (int)Math.Round(thousandths * (double)side / 1000);

    private static byte[] Write(Action<Utf8JsonWriter> content)
    {
        using MemoryStream output = new();
        using (Utf8JsonWriter json = new(output, _readable))
            content(json);
        return output.ToArray();
    }

    private static void WritePage(Utf8JsonWriter json, RunPage page, bool several)
    {
        RunView view = page.View;
        json.WriteStartObject();
        if (several)
            json.WriteNumber("number", page.Number);
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

    private static void WriteLines(Utf8JsonWriter json, RunView view)
    {
        json.WriteStartArray("lines");
        foreach (OcrLine line in view.Lines)
        {
            json.WriteStartObject();
            json.WriteString("text", line.Text);
            if (line.Box is { } box)
            {
                json.WritePropertyName("box");
                json.WriteRawValue(FormattableString.Invariant($"[{Pixel(box.Left, view.Document.Width)}, {Pixel(box.Top, view.Document.Height)}, {Pixel(box.Right, view.Document.Width)}, {Pixel(box.Bottom, view.Document.Height)}]"));
            }
            json.WriteNumber("confidence", Math.Round(line.Confidence, 3));
            json.WriteEndObject();
        }
        json.WriteEndArray();
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
}
