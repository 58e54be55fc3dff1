using System.Text.Json.Serialization;

namespace HunyuanOcr.Web.Api;

/// <summary>An answer of /v1/completions, or a piece of a streamed one.</summary>
internal sealed record TextCompletion(string Id, string Object, long Created, string Model, IReadOnlyList<TextChoice> Choices, string SystemFingerprint)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Usage? Usage { get; init; }
}

/// <param name="StopReason"><c>repetition</c> where a loop was cut off.</param>
internal sealed record TextChoice(int Index, string Text, TextChances? Logprobs, string? FinishReason, string? StopReason);
