namespace HunyuanOcr.Inference.Scheduling;

/// <summary>Whether a number of tokens can ever stand in the cache, with the numbers behind the answer.</summary>
/// <param name="Tokens">Tokens asked for.</param>
/// <param name="Blocks">Blocks that they take.</param>
/// <param name="BlocksInPool">Blocks that there are.</param>
/// <param name="BlockSize">Tokens in a block.</param>
internal readonly record struct CacheDemand(int Tokens, int Blocks, int BlocksInPool, int BlockSize)
{
    /// <summary>Whether the empty cache would hold them.</summary>
    public bool Fits => Blocks <= BlocksInPool;

    /// <summary>Blocks that hold <paramref name="tokens"/> tokens.</summary>
    public static int BlocksFor(int tokens, int blockSize) => (tokens + blockSize - 1) / blockSize;

    public static CacheDemand Of(int tokens, int blocksInPool, int blockSize) =>
        new(tokens, BlocksFor(tokens, blockSize), blocksInPool, blockSize);

    public override string ToString() =>
        $"{Tokens} tokens take {Blocks} cache blocks of {BlockSize}, and the cache has {BlocksInPool} ({BlocksInPool * BlockSize} tokens)";
}
