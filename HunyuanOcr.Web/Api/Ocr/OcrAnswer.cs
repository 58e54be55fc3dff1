using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace HunyuanOcr.Web.Api.Ocr;

/// <summary>The answer of POST /v1/ocr.</summary>
internal sealed record OcrAnswer
{
    [Description("Names this answer; the same id stands in the server's log.")]
    public required string Id { get; init; }

    [Description("Always \"ocr\".")]
    public string Object { get; init; } = "ocr";

    [Description("When the request came, in seconds since 1970.")]
    public required long Created { get; init; }

    [Description("The loaded model.")]
    public required string Model { get; init; }

    [Description("The task as it was asked.")]
    public required string Task { get; init; }

    [Description("\"ok\": every page was read. \"partial\": some were not, see their error. \"failed\": none was; only streams say so, otherwise the answer is an error.")]
    public required string Status { get; init; }

    public required OcrFileAnswer File { get; init; }

    [Description("One entry for each page that was asked for, in order, read or not.")]
    public required IReadOnlyList<OcrPageAnswer> Pages { get; init; }

    [Description("Tokens of all pages.")]
    public required OcrUsageAnswer Usage { get; init; }

    public required OcrSecondsAnswer Seconds { get; init; }
}

/// <summary>The file that came.</summary>
internal sealed record OcrFileAnswer
{
    [Description("Its name, without folders and control characters, cut after 120 characters.")]
    public required string Name { get; init; }

    [Description("What it is by its content, such as image/png or application/pdf.")]
    public required string Type { get; init; }

    public required long Bytes { get; init; }

    [Description("Pages that it has.")]
    public required int Pages { get; init; }
}

/// <summary>What was read on one page.</summary>
internal sealed record OcrPageAnswer
{
    [Description("Its number in the document, from 1.")]
    public required int Page { get; init; }

    [Description("\"ok\", or \"error\" with the reason in error.")]
    public required string Status { get; init; }

    [Description("Pixels across: of the uploaded picture, upright; of a PDF's page as it was rendered.")]
    public int Width { get; init; }

    [Description("Pixels down.")]
    public int Height { get; init; }

    [Description("Resolution of a PDF's page: points = pixels x 72 / dpi. Absent for pictures.")]
    public double? Dpi { get; init; }

    [Description("The text alone: lines joined by line ends, or the answer where it has no lines.")]
    public string Text { get; init; } = "";

    [Description("What the model wrote, coordinates included.")]
    public string Answer { get; init; } = "";

    [Description("The page as Markdown, for the tasks markdown and translate. It is untrusted: sanitise it before you render it.")]
    public string? Markdown { get; init; }

    public IReadOnlyList<OcrLineAnswer> Lines { get; init; } = [];

    [Description("For the task extract: one entry for each field that was asked for.")]
    public IReadOnlyList<OcrFieldAnswer> Fields { get; init; } = [];

    public IReadOnlyList<OcrWarningAnswer> Warnings { get; init; } = [];

    [JsonPropertyName("finish_reason")]
    [Description("\"stop\", \"length\" (cut at the token limit) or \"repetition\" (an endless repeat was stopped and trimmed).")]
    public string? FinishReason { get; init; }

    public OcrUsageAnswer? Usage { get; init; }

    public OcrSecondsAnswer? Seconds { get; init; }

    public ApiFaultDetail? Error { get; init; }

    /// <summary>The HTTP status that the error would have as an answer of its own.</summary>
    [JsonIgnore]
    internal ApiFault? Fault { get; init; }
}

/// <summary>A line with its place.</summary>
internal sealed record OcrLineAnswer
{
    public required string Text { get; init; }

    [Description("Left, top, right, bottom in thousandths of width and height (0 to 1000); absent where the model named no place.")]
    public IReadOnlyList<int>? Box { get; init; }

    [Description("The same in pixels of width and height.")]
    public IReadOnlyList<int>? Pixels { get; init; }

    [Description("0 to 1: geometric mean of the probabilities of its text tokens.")]
    public required double Confidence { get; init; }

    [Description("Whether the confidence is below the server's threshold.")]
    public required bool Doubtful { get; init; }
}

/// <summary>A field of the task extract.</summary>
internal sealed record OcrFieldAnswer
{
    public required string Name { get; init; }

    [Description("Null where it was not found.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required string? Value { get; init; }

    public required double Confidence { get; init; }
}

/// <summary>What a reader of the answer should know.</summary>
internal sealed record OcrWarningAnswer
{
    [Description("scaled_down, cut_at_token_limit, repetition_stopped, first_frame_only, pdf_repaired or page_incomplete.")]
    public required string Code { get; init; }

    public required string Message { get; init; }
}

/// <summary>Tokens, counted as OpenAI's API does.</summary>
internal sealed record OcrUsageAnswer
{
    [JsonPropertyName("prompt_tokens")]
    [Description("Tokens of the prompt, image tokens included.")]
    public required int PromptTokens { get; init; }

    [JsonPropertyName("image_tokens")]
    public required int ImageTokens { get; init; }

    [JsonPropertyName("completion_tokens")]
    public required int CompletionTokens { get; init; }

    [JsonPropertyName("total_tokens")]
    public int TotalTokens => PromptTokens + CompletionTokens;
}

/// <summary>Where the time went, in seconds.</summary>
internal sealed record OcrSecondsAnswer
{
    [Description("Drawing a PDF's page.")]
    public double? Render { get; init; }

    [Description("Waiting for its turn.")]
    public double? Queue { get; init; }

    [Description("Decoding and resizing the picture.")]
    public double? Picture { get; init; }

    [Description("The vision tower; 0 where the picture was known.")]
    public double? Vision { get; init; }

    [Description("The prompt.")]
    public double? Prefill { get; init; }

    [Description("The text.")]
    public double? Decode { get; init; }

    [JsonPropertyName("first_token")]
    public double? FirstToken { get; init; }

    public required double Total { get; init; }
}

/// <summary>The answer as JSON; Han and Arabic stay letters, since people read it too.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OcrAnswer))]
[JsonSerializable(typeof(OcrStarted))]
[JsonSerializable(typeof(OcrPageStarted))]
[JsonSerializable(typeof(OcrPageQueued))]
[JsonSerializable(typeof(OcrTextDelta))]
[JsonSerializable(typeof(OcrLineDone))]
[JsonSerializable(typeof(OcrPageAnswer))]
[JsonSerializable(typeof(OcrDone))]
internal sealed partial class OcrAnswerJson : JsonSerializerContext
{
    internal static OcrAnswerJson Readable { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = ApiJson.Encoder,
    });
}
