namespace HunyuanOcr.Inference.Checkpoints;

/// <summary>How the checkpoint's makers sample, for whatever a request leaves open (genai_config.json, search).</summary>
internal sealed record GenerationDefaults
{
    /// <summary>0 is greedy.</summary>
    public required double Temperature { get; init; }

    /// <summary>0 means all tokens.</summary>
    public required int TopK { get; init; }

    public required double TopP { get; init; }

    public required double RepetitionPenalty { get; init; }

    /// <summary>Tokens of prompt and answer together.</summary>
    public required int MaxLength { get; init; }

    public static GenerationDefaults Read(JsonSection search) => new()
    {
        // Without sampling the likeliest token is taken, whatever temperature stands beside it.
        Temperature = search.Flag("do_sample", otherwise: false) ? search.Number("temperature", 1, required: false) : 0,
        TopK = search.Optional("top_k") ?? 0,
        TopP = search.Number("top_p", 1, required: false),
        RepetitionPenalty = search.Number("repetition_penalty", 1, required: false),
        MaxLength = search.Count("max_length"),
    };
}
