using System.Runtime.InteropServices;
using HunyuanOcr.Inference.Execution;
using HunyuanOcr.Inference.Prompting;

namespace HunyuanOcr.Inference.Scheduling;

/// <summary>The one mutable object of a request: its tokens, its place in the cache, its state. Belongs to the engine's thread.</summary>
internal sealed class Sequence
{
    private readonly List<int> tokens;

    /// <param name="prompt">What it starts with; at least one token.</param>
    /// <param name="images">Vision vectors, one for each of the prompt's images.</param>
    /// <param name="arrival">Its number in the order of arrival: the smaller one goes first.</param>
    /// <param name="maxTokens">Most tokens of prompt and answer together; 0 for no limit.</param>
    public Sequence(Prompt prompt, IReadOnlyList<VisionVectors> images, long arrival = 0, int maxTokens = 0)
    {
        if (prompt.TokenIds.Length == 0)
            throw new ArgumentException("A prompt has at least one token.", nameof(prompt));
        Prompt = prompt;
        Images = images;
        Arrival = arrival;
        MaxTokens = maxTokens == 0 ? int.MaxValue : maxTokens;
        tokens = [.. prompt.TokenIds];
    }

    /// <summary>The prompt with its image spans and positions; generated tokens have their index on all four axes.</summary>
    public Prompt Prompt { get; }

    /// <summary>Vision vectors, one for each of <see cref="Prompt.Images"/>.</summary>
    public IReadOnlyList<VisionVectors> Images { get; }

    /// <summary>Number in the order of arrival; it never changes, so a preempted sequence takes its old place.</summary>
    public long Arrival { get; }

    /// <summary>Most tokens of prompt and answer together.</summary>
    public int MaxTokens { get; }

    /// <summary>Whether its tokens are chosen from logits on the host; false where each is the likeliest one, which a device may choose by itself.</summary>
    public bool NeedsLogits { get; init; }

    /// <summary>Prompt and generated token ids.</summary>
    public IReadOnlyList<int> Tokens => tokens;

    /// <summary><see cref="Tokens"/> as memory; valid until one is added.</summary>
    public ReadOnlySpan<int> TokenSpan => CollectionsMarshal.AsSpan(tokens);

    /// <summary>Cache blocks in order: token i stands in block i / BlockSize at place i % BlockSize.</summary>
    public BlockTable Blocks { get; } = new();

    public SequenceStatus Status { get; private set; }

    /// <summary>Tokens known, prompt and answer.</summary>
    public int TokenCount => tokens.Count;

    /// <summary>Tokens whose keys and values are in the cache; those after them still have to run.</summary>
    public int CachedCount { get; private set; }

    /// <summary>Tokens known and not in the cache; at least one while it runs.</summary>
    public int UncachedCount => tokens.Count - CachedCount;

    /// <summary>Whether only its newest token has to run.</summary>
    public bool IsDecoding => UncachedCount == 1;

    /// <summary>Whether it has all the tokens it may have.</summary>
    public bool IsFull => tokens.Count >= MaxTokens;

    internal void Start() => Move(SequenceStatus.Waiting, SequenceStatus.Running);

    /// <summary>Back to the line; its tokens stay, its cache has to be computed again.</summary>
    internal void Preempt(BlockPool pool)
    {
        Move(SequenceStatus.Running, SequenceStatus.Waiting);
        Blocks.ReleaseAll(pool);
        CachedCount = 0;
    }

    /// <summary>Ends it wherever it stands.</summary>
    internal void Finish(BlockPool pool)
    {
        if (Status == SequenceStatus.Finished)
            throw new InvalidOperationException($"Sequence {Arrival} is finished already.");
        Status = SequenceStatus.Finished;
        Blocks.ReleaseAll(pool);
        CachedCount = 0;
    }

    /// <summary>The keys and values of the next <paramref name="count"/> tokens are in the cache now.</summary>
    internal void MarkCached(int count)
    {
        if (Status != SequenceStatus.Running || count < 1 || count > UncachedCount)
            throw new InvalidOperationException($"Sequence {Arrival} ({Status}) cannot have {count} of {UncachedCount} tokens cached.");
        CachedCount += count;
    }

    /// <summary>The model chose the next token.</summary>
    internal void Append(int token)
    {
        if (Status != SequenceStatus.Running || UncachedCount != 0 || IsFull)
            throw new InvalidOperationException($"Sequence {Arrival} ({Status}, {TokenCount} of {MaxTokens} tokens, {UncachedCount} not cached) cannot grow.");
        tokens.Add(token);
    }

    private void Move(SequenceStatus from, SequenceStatus to)
    {
        if (Status != from)
            throw new InvalidOperationException($"Sequence {Arrival} is {Status}, so it cannot go from {from} to {to}.");
        Status = to;
    }
}
