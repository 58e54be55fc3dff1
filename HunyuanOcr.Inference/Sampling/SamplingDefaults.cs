namespace HunyuanOcr.Inference.Sampling;

/// <summary>What a checkpoint samples with where a request says nothing, from the "search" part of genai_config.json.</summary>
/// <param name="DoSample">False is greedy; temperature, top-k and top-p of the checkpoint are then without effect and are no defaults either.</param>
/// <param name="Temperature">Above 0; null is 1.</param>
/// <param name="TopK">0 or null is off.</param>
/// <param name="TopP">1 or null is off.</param>
/// <param name="RepetitionPenalty">1 or null is off.</param>
internal sealed record SamplingDefaults(bool DoSample = false, double? Temperature = null, int? TopK = null, double? TopP = null, double? RepetitionPenalty = null);
