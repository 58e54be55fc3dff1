namespace OnnxExport.Configuration;

/// <summary>Special tokens and sampling defaults, from generation_config.json, config.json and tokenizer.json.</summary>
internal sealed record GenerationDefaults
{
    private const string UserToken = "<｜hy_User｜>";
    private const string SystemEndToken = "<｜hy_place▁holder▁no▁3｜>";

    public required int BosTokenId { get; init; }
    public required IReadOnlyList<int> EosTokenIds { get; init; }
    public required int? PadTokenId { get; init; }
    public required int UserTokenId { get; init; }

    /// <summary>Ends a system message; null where the tokenizer has no such token.</summary>
    public required int? SystemEndTokenId { get; init; }

    public required bool DoSample { get; init; }
    public required double Temperature { get; init; }
    public required int TopK { get; init; }
    public required double TopP { get; init; }
    public required double RepetitionPenalty { get; init; }

    /// <exception cref="ConfigurationException">A token that every prompt needs is named nowhere.</exception>
    public static GenerationDefaults Read(string checkpointFolder, TextConfiguration text)
    {
        string path = Path.Combine(checkpointFolder, "generation_config.json");
        JsonSection? generation = File.Exists(path) ? JsonSection.Read(path) : null;
        IReadOnlyList<int> eos = generation?.Integers("eos_token_id") is { Count: > 0 } own ? own : text.EosTokenIds;
        if (eos.Count == 0)
            throw new ConfigurationException("Neither generation_config.json nor config.json has eos_token_id, so no answer would ever end.");
        bool sample = generation?.Flag("do_sample") ?? false;
        double penalty = generation?.Number("repetition_penalty") ?? 1;
        if (penalty <= 0)
            throw generation!.Fault(FormattableString.Invariant($"repetition_penalty is {penalty}; it must be above 0, and 1 is off"));
        JsonSection tokenizer = JsonSection.Read(Path.Combine(checkpointFolder, "tokenizer.json"));
        return new GenerationDefaults
        {
            BosTokenId = generation?.Integer("bos_token_id") ?? text.BosTokenId
                ?? throw new ConfigurationException("Neither generation_config.json nor config.json has bos_token_id."),
            EosTokenIds = eos,
            PadTokenId = generation?.Integer("pad_token_id") is { } pad and >= 0 ? pad : text.PadTokenId,
            UserTokenId = SpecialToken(tokenizer, UserToken)
                ?? throw tokenizer.Fault($"added_tokens holds no {UserToken}, which every prompt ends with"),
            SystemEndTokenId = SpecialToken(tokenizer, SystemEndToken),
            DoSample = sample,
            Temperature = generation?.Number("temperature") ?? 1,
            TopK = generation?.Integer("top_k") ?? (sample ? 50 : 1),
            TopP = generation?.Number("top_p") ?? 1,
            RepetitionPenalty = penalty,
        };
    }

    private static int? SpecialToken(JsonSection tokenizer, string content) =>
        tokenizer.Sections("added_tokens").FirstOrDefault(token => token.Text("content") == content)?.Integer("id");
}
