namespace HunyuanOcr.Web.Api.OpenApi;

/// <summary>A part of the form that POST /v1/ocr takes; its meaning in words is "apidocs.param." and its name.</summary>
/// <param name="Name">As it is sent.</param>
/// <param name="Kind">file, string, number, integer or boolean.</param>
/// <param name="Example">A value that makes sense.</param>
internal sealed record OcrParameters(string Name, string Kind, string Example)
{
    internal static IReadOnlyList<OcrParameters> All { get; } =
    [
        new("file", "file", "invoice.png"),
        new("task", "string", "ocr"),
        new("fields", "string", "name,date,total"),
        new("target", "string", "en"),
        new("prompt", "string", "How many stamps are on this page?"),
        new("pages", "string", "1-3,7"),
        new("max_tokens", "integer", "1024"),
        new("temperature", "number", "0"),
        new("top_p", "number", "1"),
        new("top_k", "integer", "0"),
        new("repetition_penalty", "number", "1"),
        new("seed", "integer", "7"),
        new("stop", "string", "END"),
        new("stream", "boolean", "false"),
        new("store", "boolean", "false"),
    ];
}
