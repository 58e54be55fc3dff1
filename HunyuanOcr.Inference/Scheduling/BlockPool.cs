namespace HunyuanOcr.Inference.Scheduling;

/// <summary>Who has which cache block: every block is free, reserved for the step under way, or owned by one or more block tables.</summary>
/// <remarks>Only numbers are kept here; the keys and values themselves lie in the model runner.</remarks>
internal sealed class BlockPool
{
    private const int Free = 0;
    private const int Reserved = -1;

    // Free, Reserved, or the number of block tables that own the block.
    private readonly int[] holders;
    private readonly int[] freeBlocks;

    public BlockPool(int blockCount, int blockSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(blockCount, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(blockSize, 1);
        BlockSize = blockSize;
        holders = new int[blockCount];
        freeBlocks = new int[blockCount];
        for (int i = 0; i < blockCount; i++)
            freeBlocks[i] = blockCount - 1 - i;
        FreeCount = blockCount;
    }

    /// <summary>Tokens in a block.</summary>
    public int BlockSize { get; }

    /// <summary>Blocks in all.</summary>
    public int BlockCount => holders.Length;

    /// <summary>Blocks that nobody has.</summary>
    public int FreeCount { get; private set; }

    /// <summary>Blocks taken for a step that is not committed yet.</summary>
    public int ReservedCount { get; private set; }

    /// <summary>Blocks that at least one block table owns.</summary>
    public int OwnedCount => BlockCount - FreeCount - ReservedCount;

    /// <summary>Takes a free block: free → reserved.</summary>
    public int Reserve()
    {
        if (FreeCount == 0)
            throw new InvalidOperationException($"All {BlockCount} cache blocks are taken; the plan asked for more than it counted.");
        int block = freeBlocks[--FreeCount];
        holders[block] = Reserved;
        ReservedCount++;
        return block;
    }

    /// <summary>The step that took the block is done: reserved → owned by one table.</summary>
    public void Own(int block)
    {
        Demand(block, holders[block] == Reserved, "reserved");
        holders[block] = 1;
        ReservedCount--;
    }

    /// <summary>The step that took the block came to nothing: reserved → free.</summary>
    public void GiveBack(int block)
    {
        Demand(block, holders[block] == Reserved, "reserved");
        ReservedCount--;
        PutBack(block);
    }

    /// <summary>One more block table owns the block.</summary>
    public void Share(int block)
    {
        Demand(block, holders[block] > 0, "owned");
        holders[block]++;
    }

    /// <summary>One block table less owns the block; after the last one it is free.</summary>
    public void Release(int block)
    {
        Demand(block, holders[block] > 0, "owned");
        if (--holders[block] == 0)
            PutBack(block);
    }

    /// <summary>What <see cref="Invariants"/> looks at.</summary>
    public BlockPoolSnapshot Snapshot() => new(BlockSize, [.. holders], freeBlocks[..FreeCount], ReservedCount);

    private void PutBack(int block)
    {
        holders[block] = Free;
        freeBlocks[FreeCount++] = block;
    }

    private void Demand(int block, bool holds, string state)
    {
        if (!holds)
            throw new InvalidOperationException($"Cache block {block} is not {state} (holders {holders[block]}).");
    }
}
