namespace HunyuanOcr.Inference.Sampling;

/// <summary>What a checkpoint samples with where a request says nothing.</summary>
/// <param name="Temperature">0 is greedy.</param>
/// <param name="TopK">0 is off.</param>
/// <param name="TopP">1 is off.</param>
/// <param name="RepetitionPenalty">1 is off.</param>
internal sealed record SamplingDefaults(double Temperature = 0, int TopK = 0, double TopP = 1, double RepetitionPenalty = 1);
