namespace HunyuanOcr.Inference.Scheduling;

/// <summary>The block pool at one moment.</summary>
/// <param name="BlockSize">Tokens in a block.</param>
/// <param name="Holders">For each block 0 (free), -1 (reserved) or the number of tables that own it.</param>
/// <param name="FreeBlocks">The free list.</param>
/// <param name="ReservedCount">Blocks that the pool counts as reserved.</param>
internal sealed record BlockPoolSnapshot(int BlockSize, int[] Holders, int[] FreeBlocks, int ReservedCount);

/// <summary>A sequence at one moment.</summary>
internal sealed record SequenceSnapshot(
    long Arrival, SequenceStatus Status, int PromptCount, int TokenCount, int CachedCount, int MaxTokens, int[] Blocks)
{
    public static SequenceSnapshot Of(Sequence sequence) => new(sequence.Arrival, sequence.Status, sequence.Prompt.TokenIds.Length,
        sequence.TokenCount, sequence.CachedCount, sequence.MaxTokens, [.. sequence.Blocks]);
}

/// <summary>The scheduler between two steps.</summary>
internal sealed record SchedulerSnapshot(
    BlockPoolSnapshot Pool, int MaxSequences, IReadOnlyList<SequenceSnapshot> Running, IReadOnlyList<SequenceSnapshot> Waiting);

/// <summary>What must hold between two steps. Pure: looks at snapshots, changes nothing, names every violation.</summary>
internal static class Invariants
{
    /// <summary>Every violation as a sentence; empty where all is well.</summary>
    public static IReadOnlyList<string> Violations(SchedulerSnapshot snapshot)
    {
        List<string> faults = [];
        CheckPool(snapshot.Pool, faults);
        CheckOwners(snapshot, faults);
        CheckLists(snapshot, faults);
        foreach (SequenceSnapshot sequence in snapshot.Running)
            CheckRunning(sequence, snapshot.Pool.BlockSize, faults);
        foreach (SequenceSnapshot sequence in snapshot.Waiting)
            CheckWaiting(sequence, faults);
        return faults;
    }

    private static void CheckPool(BlockPoolSnapshot pool, List<string> faults)
    {
        if (pool.ReservedCount != 0)
            faults.Add($"{pool.ReservedCount} blocks are reserved between steps.");
        var inFreeList = new int[pool.Holders.Length];
        foreach (int block in pool.FreeBlocks)
        {
            if ((uint)block >= (uint)inFreeList.Length)
                faults.Add($"Block {block} in the free list does not exist.");
            else
                inFreeList[block]++;
        }
        for (int block = 0; block < inFreeList.Length; block++)
        {
            if (inFreeList[block] > 1)
                faults.Add($"Block {block} stands {inFreeList[block]} times in the free list.");
            if (inFreeList[block] > 0 && pool.Holders[block] != 0)
                faults.Add($"Block {block} is in the free list and has holders {pool.Holders[block]}.");
            if (inFreeList[block] == 0 && pool.Holders[block] == 0)
                faults.Add($"Block {block} is lost: nobody has it and it is not in the free list.");
        }
    }

    private static void CheckOwners(SchedulerSnapshot snapshot, List<string> faults)
    {
        var owners = new int[snapshot.Pool.Holders.Length];
        foreach (SequenceSnapshot sequence in snapshot.Running.Concat(snapshot.Waiting))
        {
            if (sequence.Blocks.Distinct().Count() != sequence.Blocks.Length)
                faults.Add($"Sequence {sequence.Arrival} has a block twice: {string.Join(' ', sequence.Blocks)}.");
            foreach (int block in sequence.Blocks)
                owners[block]++;
        }
        for (int block = 0; block < owners.Length; block++)
            if (owners[block] != Math.Max(0, snapshot.Pool.Holders[block]))
                faults.Add($"Block {block} stands in {owners[block]} tables and has holders {snapshot.Pool.Holders[block]}.");
    }

    private static void CheckLists(SchedulerSnapshot snapshot, List<string> faults)
    {
        if (snapshot.Running.Count > snapshot.MaxSequences)
            faults.Add($"{snapshot.Running.Count} sequences run; at most {snapshot.MaxSequences} may.");
        CheckOrder(snapshot.Running, "running batch", faults);
        CheckOrder(snapshot.Waiting, "line", faults);
        foreach (long arrival in snapshot.Running.Select(s => s.Arrival).Intersect(snapshot.Waiting.Select(s => s.Arrival)))
            faults.Add($"Sequence {arrival} runs and waits.");
    }

    private static void CheckOrder(IReadOnlyList<SequenceSnapshot> list, string name, List<string> faults)
    {
        for (int i = 1; i < list.Count; i++)
            if (list[i - 1].Arrival >= list[i].Arrival)
                faults.Add($"Sequence {list[i].Arrival} comes after {list[i - 1].Arrival} in the {name}.");
    }

    private static void CheckRunning(SequenceSnapshot sequence, int blockSize, List<string> faults)
    {
        if (sequence.Status != SequenceStatus.Running)
            faults.Add($"Sequence {sequence.Arrival} is in the running batch as {sequence.Status}.");
        if (sequence.CachedCount < 0 || sequence.CachedCount >= sequence.TokenCount)
            faults.Add($"Sequence {sequence.Arrival} has {sequence.CachedCount} of {sequence.TokenCount} tokens cached; one at least must be left to run.");
        if (sequence.TokenCount < sequence.PromptCount || sequence.TokenCount > sequence.MaxTokens)
            faults.Add($"Sequence {sequence.Arrival} has {sequence.TokenCount} tokens; {sequence.PromptCount} to {sequence.MaxTokens} are possible.");
        int needed = CacheDemand.BlocksFor(sequence.CachedCount, blockSize);
        if (sequence.Blocks.Length != needed)
            faults.Add($"Sequence {sequence.Arrival} has {sequence.Blocks.Length} blocks for {sequence.CachedCount} cached tokens; {needed} hold them.");
    }

    private static void CheckWaiting(SequenceSnapshot sequence, List<string> faults)
    {
        if (sequence.Status != SequenceStatus.Waiting)
            faults.Add($"Sequence {sequence.Arrival} is in the line as {sequence.Status}.");
        if (sequence.Blocks.Length > 0 || sequence.CachedCount > 0)
            faults.Add($"Sequence {sequence.Arrival} waits with {sequence.Blocks.Length} blocks and {sequence.CachedCount} cached tokens.");
    }
}
