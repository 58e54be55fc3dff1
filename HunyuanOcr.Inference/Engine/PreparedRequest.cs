using HunyuanOcr.Inference.Prompting;
using HunyuanOcr.Inference.Sampling;

namespace HunyuanOcr.Inference.Engine;

/// <summary>A request as the engine's thread takes it: checked, and all work done that needs neither pixels nor model.</summary>
/// <param name="Prompt">Token ids, image spans and positions.</param>
/// <param name="Pictures">The pictures in order, one for each of the prompt's images.</param>
/// <param name="Sampling">How its tokens are chosen, with its own random numbers.</param>
/// <param name="MaxTokens">Most tokens of prompt and answer together.</param>
internal sealed record PreparedRequest(Prompt Prompt, RequestPicture[] Pictures, SamplingState Sampling, int MaxTokens);
