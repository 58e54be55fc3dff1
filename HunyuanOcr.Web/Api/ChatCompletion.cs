using System.Text.Json.Serialization;

namespace HunyuanOcr.Web.Api;

/// <summary>An answer of /v1/chat/completions.</summary>
internal sealed record ChatCompletion(string Id, string Object, long Created, string Model, IReadOnlyList<ChatChoice> Choices, Usage Usage, string SystemFingerprint);

/// <param name="StopReason"><c>repetition</c> where a loop was cut off.</param>
internal sealed record ChatChoice(int Index, ChatAnswer Message, ChatChances? Logprobs, string FinishReason, string? StopReason);

internal sealed record ChatAnswer(string Role, string Content)
{
    /// <summary>Always null: the model refuses nothing.</summary>
    public string? Refusal { get; init; }
}

/// <summary>A piece of a streamed answer of /v1/chat/completions.</summary>
internal sealed record ChatCompletionChunk(string Id, string Object, long Created, string Model, IReadOnlyList<ChatChunkChoice> Choices, string SystemFingerprint)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Usage? Usage { get; init; }
}

internal sealed record ChatChunkChoice(int Index, ChatDelta Delta, ChatChances? Logprobs, string? FinishReason)
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? StopReason { get; init; }
}

internal sealed record ChatDelta
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Role { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Content { get; init; }
}
