using HunyuanOcr.Inference;

namespace HunyuanOcr.Web.Api.Ocr;

/// <summary>The engine's result of a page in the API's shape.</summary>
internal static class OcrPageAnswers
{
    internal static OcrPageAnswer Of(int number, OcrResult result, OcrDocumentPage page, OcrTask task, double doubtfulBelow) => new()
    {
        Page = number,
        Status = "ok",
        Width = page.Width,
        Height = page.Height,
        Dpi = page.Dpi,
        Text = result.Lines.Count > 0 ? string.Join('\n', result.Lines.Select(line => line.Text)) : result.Text,
        Answer = result.Text,
        Markdown = task is OcrTask.Markdown or OcrTask.Translation ? result.Text : null,
        Lines = [.. result.Lines.Select(line => Of(line, page, doubtfulBelow))],
        Fields = [.. result.Fields.Select(field => new OcrFieldAnswer { Name = field.Name, Value = field.Value, Confidence = Math.Round(field.Confidence, 4) })],
        Warnings = [.. page.Warnings, .. Warnings(result)],
        FinishReason = result.FinishReason.ToString().ToLowerInvariant(),
        Usage = new() { PromptTokens = result.PromptTokens, ImageTokens = result.ImageTokens, CompletionTokens = result.Tokens.Count },
        Seconds = Seconds(result.Timings, page.Rendering),
    };

    internal static OcrLineAnswer Of(OcrLine line, OcrDocumentPage page, double doubtfulBelow) => new()
    {
        Text = line.Text,
        Box = line.Box is { } box ? [box.Left, box.Top, box.Right, box.Bottom] : null,
        Pixels = line.Box is { } at ? [Pixel(at.Left, page.Width), Pixel(at.Top, page.Height), Pixel(at.Right, page.Width), Pixel(at.Bottom, page.Height)] : null,
        Confidence = Math.Round(line.Confidence, 4),
        Doubtful = line.Confidence < doubtfulBelow,
    };

    private static IEnumerable<OcrWarningAnswer> Warnings(OcrResult result)
    {
        if (result.Pages is [{ ScaledDown: true } size, ..])
            yield return new() { Code = "scaled_down", Message = $"Scaled down from {size.Width} x {size.Height} to {size.ScaledWidth} x {size.ScaledHeight} pixels; small print may be lost. Cut the picture into parts to keep it." };
        if (result.FinishReason == OcrFinishReason.Length)
            yield return new() { Code = "cut_at_token_limit", Message = $"Cut at the token limit after {result.Tokens.Count} tokens; the end is missing." };
        if (result.FinishReason == OcrFinishReason.Repetition)
            yield return new() { Code = "repetition_stopped", Message = "The model repeated itself without end; the repeats were trimmed and the rest is missing." };
    }

    private static OcrSecondsAnswer Seconds(OcrTimings timings, TimeSpan? rendering) => new()
    {
        Render = rendering is { } render ? Rounded(render) : null,
        Queue = Rounded(timings.Queue),
        Picture = Rounded(timings.Picture),
        Vision = Rounded(timings.Vision),
        Prefill = Rounded(timings.Prefill),
        Decode = Rounded(timings.Decode),
        FirstToken = Rounded(timings.FirstToken),
        Total = Rounded(timings.Total + (rendering ?? TimeSpan.Zero)),
    };

    private static double Rounded(TimeSpan time) => Math.Round(time.TotalSeconds, 4);

    /// <summary>A thousandth of a side in whole pixels.</summary>
    private static int Pixel(int thousandths, int side) => (int)Math.Round(thousandths * (double)side / 1000);
}
