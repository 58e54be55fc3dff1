using System.Text.Json;

namespace HunyuanOcr.Web.Api;

/// <summary>The body of POST /v1/chat/completions as /openapi/v1.json describes it; what is really taken is decided by <see cref="ChatQuestion"/>.</summary>
internal sealed record ChatCompletionRequest(string Model, IReadOnlyList<ChatRequestMessage> Messages) : SharedRequest
{
    /// <summary>Most tokens of the answer; the newer name.</summary>
    public int? MaxCompletionTokens { get; init; }

    /// <summary>Whether to tell the log-probability of each token.</summary>
    public bool? Logprobs { get; init; }

    /// <summary>Alternatives to tell of each token, 0 to 5.</summary>
    public int? TopLogprobs { get; init; }

    /// <summary>Whether to keep the answer in the History of the key; without it the server decides.</summary>
    public bool? Store { get; init; }
}

/// <param name="Role"><c>system</c>, <c>developer</c> or <c>user</c>.</param>
/// <param name="Content">A string, or parts: <c>{"type":"text","text":...}</c>, <c>{"type":"image_url","image_url":{"url":...}}</c>.</param>
internal sealed record ChatRequestMessage(string Role, JsonElement Content);

/// <summary>The body of POST /v1/completions as /openapi/v1.json describes it; what is really taken is decided by <see cref="TextQuestion"/>.</summary>
internal sealed record TextCompletionRequest(string Model, string Prompt) : SharedRequest
{
    /// <summary>A data URL, plain base64 or an allowed http(s) address.</summary>
    public string? Image { get; init; }

    /// <summary>Several of them.</summary>
    public IReadOnlyList<string>? Images { get; init; }

    /// <summary>Alternatives to tell of each token, 0 to 5; absent tells no log-probabilities.</summary>
    public int? Logprobs { get; init; }
}

/// <summary>What both take.</summary>
internal abstract record SharedRequest
{
    /// <summary>0 to 2; 0 always takes the likeliest token.</summary>
    public double? Temperature { get; init; }

    /// <summary>Choose among the likeliest tokens that together reach this probability.</summary>
    public double? TopP { get; init; }

    /// <summary>Choose among the k likeliest tokens; 0 or -1 for all.</summary>
    public int? TopK { get; init; }

    /// <summary>Above 1 makes tokens less likely to come again.</summary>
    public double? RepetitionPenalty { get; init; }

    /// <summary>The same seed gives the same text.</summary>
    public long? Seed { get; init; }

    /// <summary>A string or up to 16 of them; the answer ends before the first that comes.</summary>
    public JsonElement? Stop { get; init; }

    /// <summary>Most tokens of the answer.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>Answers to give.</summary>
    public int? N { get; init; }

    /// <summary>Whether the answer comes as server-sent events.</summary>
    public bool? Stream { get; init; }

    /// <summary>Of a streamed answer.</summary>
    public StreamRequestOptions? StreamOptions { get; init; }
}

/// <param name="IncludeUsage">Whether the stream ends with the count of tokens.</param>
internal sealed record StreamRequestOptions(bool? IncludeUsage);
