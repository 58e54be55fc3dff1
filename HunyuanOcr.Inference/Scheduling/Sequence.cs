using HunyuanOcr.Inference.Execution;
using HunyuanOcr.Inference.Prompting;

namespace HunyuanOcr.Inference.Scheduling;

/// <summary>The one mutable object of a request: its tokens, its place in the cache, its state.</summary>
internal sealed class Sequence
{
    private readonly List<int> tokens;
    private readonly List<int> blocks = [];

    public Sequence(Prompt prompt, IReadOnlyList<VisionVectors> images)
    {
        Prompt = prompt;
        Images = images;
        tokens = [.. prompt.TokenIds];
    }

    /// <summary>The prompt with its image spans and positions; generated tokens have their index on all four axes.</summary>
    public Prompt Prompt { get; }

    /// <summary>Vision vectors, one for each of <see cref="Prompt.Images"/>.</summary>
    public IReadOnlyList<VisionVectors> Images { get; }

    /// <summary>Prompt and generated token ids.</summary>
    public IReadOnlyList<int> Tokens => tokens;

    /// <summary>Cache blocks in order: token i stands in block i / BlockSize at place i % BlockSize.</summary>
    public IReadOnlyList<int> Blocks => blocks;
}
