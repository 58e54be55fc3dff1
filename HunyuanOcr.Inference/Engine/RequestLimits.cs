using HunyuanOcr.Inference.Prompting;
using HunyuanOcr.Inference.Scheduling;

namespace HunyuanOcr.Inference.Engine;

/// <summary>How long prompt and answer may be. Pure arithmetic.</summary>
/// <param name="Context">Tokens of prompt and answer together, of the model or as the operator set it.</param>
/// <param name="BlockCount">Blocks of the KV cache.</param>
/// <param name="BlockSize">Tokens in a block.</param>
internal sealed record RequestLimits(int Context, int BlockCount, int BlockSize)
{
    /// <summary>Most tokens of a prompt and its answer together: what was asked for, within context and cache.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="answerTokens">Most tokens of the answer; null for as many as there is room for.</param>
    /// <exception cref="OcrRequestException">There is no room for the prompt and one token, or not for as many as were asked for.</exception>
    public int MostTokens(Prompt prompt, int? answerTokens)
    {
        int promptTokens = prompt.TokenIds.Length;
        string parameter = prompt.Images.Length > 0 ? nameof(OcrRequest.Pictures) : nameof(OcrRequest.Prompt);
        if (promptTokens >= Context)
            throw new OcrRequestException(parameter, $"The prompt has {Described(prompt)}; the context holds {Context} for prompt and answer together. " +
                "Send fewer or smaller pictures, or a shorter prompt.");
        CacheDemand least = CacheDemand.Of(promptTokens + 1, BlockCount, BlockSize);
        if (!least.Fits)
            throw new OcrRequestException(parameter, $"The prompt has {Described(prompt)}; with one token of an answer its {least}. " +
                "Send fewer or smaller pictures, or raise CacheMegabytes.");
        long wanted = Math.Min(Context, promptTokens + (long)(answerTokens ?? Context));
        CacheDemand whole = CacheDemand.Of((int)wanted, BlockCount, BlockSize);
        if (answerTokens is not null && !whole.Fits)
            throw new OcrRequestException(nameof(OcrRequest.MaxTokens), $"The prompt has {Described(prompt)}; with {wanted - promptTokens} of an answer its {whole}. " +
                $"Set MaxTokens to {(BlockCount * BlockSize) - promptTokens} or less, or raise CacheMegabytes.");
        return (int)Math.Min(wanted, (long)BlockCount * BlockSize);
    }

    private static string Described(Prompt prompt) => prompt.Images.Length == 0
        ? $"{prompt.TokenIds.Length} tokens"
        : $"{prompt.TokenIds.Length} tokens, {prompt.Images.Sum(image => image.Count)} of them for {prompt.Images.Length} picture{(prompt.Images.Length == 1 ? "" : "s")}";
}
