using System.Text.Json;
using HunyuanOcr.Inference;

namespace HunyuanOcr.Web.Api;

/// <summary>The parameters that both completion routes share.</summary>
internal sealed record AnswerParameters
{
    /// <summary>Likeliest alternatives that the engine keeps of each token.</summary>
    internal const int MostAlternatives = 5;

    /// <summary>Stop strings of one request, and characters of one of them.</summary>
    internal const int MostStops = 16, LongestStop = 256;

    internal required SamplingOptions Sampling { get; init; }

    /// <summary>Most tokens of the answer; null leaves it to the server.</summary>
    internal int? MaxTokens { get; init; }

    /// <summary>Answers that are asked for (<c>n</c>).</summary>
    internal int Choices { get; init; } = 1;

    internal bool Stream { get; init; }

    /// <summary>Whether a stream ends with the count of tokens.</summary>
    internal bool IncludeUsage { get; init; }

    /// <summary>Alternatives to tell of each token; null tells no log-probabilities.</summary>
    internal int? Alternatives { get; init; }

    /// <summary>Reads them.</summary>
    /// <param name="body">The request.</param>
    /// <param name="options">The server's limits.</param>
    /// <param name="mostTokens">Most tokens of an answer; 0 is no limit.</param>
    /// <exception cref="ApiFaultException">One is out of range; the fault names it.</exception>
    internal static AnswerParameters Read(ApiObject body, ApiOptions options, int mostTokens)
    {
        bool stream = body.Flag("stream") ?? false;
        AnswerParameters parameters = new()
        {
            Sampling = new SamplingOptions
            {
                Temperature = body.Number("temperature", 0, 2),
                // Other servers write "all tokens" as -1.
                TopK = body.Whole("top_k", -1, int.MaxValue) is { } k ? Math.Max(0, k) : null,
                TopP = body.Number("top_p", 0, 1, above: true),
                RepetitionPenalty = body.Number("repetition_penalty", 0, 2, above: true),
                Seed = body.Integer("seed") is { } seed ? unchecked((ulong)seed) : null,
                Stop = Stops(body),
            },
            MaxTokens = body.Whole("max_tokens", 1, mostTokens == 0 ? int.MaxValue : mostTokens),
            Choices = body.Whole("n", 1, options.MaxChoices) ?? 1,
            Stream = stream,
            IncludeUsage = IncludesUsage(body, stream),
        };
        body.Unsupported("frequency_penalty", IsZero);
        body.Unsupported("presence_penalty", IsZero);
        body.Unsupported("logit_bias", static value => value.ValueKind == JsonValueKind.Object && !value.EnumerateObject().Any());
        // What a model's tokens would read as is never part of an answer here.
        body.Unsupported("skip_special_tokens", static value => value.ValueKind == JsonValueKind.True);
        return parameters;
    }

    internal static bool IsZero(JsonElement value) => value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && number == 0;

    internal static bool IsFalse(JsonElement value) => value.ValueKind == JsonValueKind.False;

    private static List<string> Stops(ApiObject body)
    {
        if (body.Find("stop") is not { } value)
            return [];
        string path = body.PathOf("stop");
        JsonElement[] entries = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Take(MostStops + 1)] : [value];
        if (entries.Length > MostStops)
            throw ApiObject.Wrong(path, $"holds more than {MostStops} strings");
        List<string> stops = [];
        foreach (JsonElement entry in entries)
        {
            string stop = ApiObject.TextOf(entry, path);
            if (stop.Length is 0 or > LongestStop)
                throw ApiObject.Wrong(path, $"holds a string of {stop.Length} characters; give strings of 1 to {LongestStop}");
            stops.Add(stop);
        }
        return stops;
    }

    private static bool IncludesUsage(ApiObject body, bool stream)
    {
        if (body.Find("stream_options") is not { } value)
            return false;
        if (!stream)
            throw ApiObject.Wrong("stream_options", "is allowed only where stream is true");
        ApiObject options = new(value, "stream_options");
        bool includes = options.Flag("include_usage") ?? false;
        options.Unsupported("include_obfuscation", IsFalse);
        options.RefuseOthers();
        return includes;
    }
}
