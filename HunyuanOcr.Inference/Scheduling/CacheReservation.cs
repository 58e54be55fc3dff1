namespace HunyuanOcr.Inference.Scheduling;

/// <summary>The blocks that a step adds to its sequences. They stand in the block tables while the model runs;
/// <see cref="Commit"/> makes them owned, and disposing without it takes them out again and gives them back.</summary>
/// <param name="pool">Where the blocks come from.</param>
/// <param name="held">Storage for the blocks held; the scheduler lends the same empty list every step.</param>
internal readonly struct CacheReservation(BlockPool pool, List<(BlockTable Table, int Block)> held) : IDisposable
{
    /// <summary>Reserves <paramref name="count"/> blocks at the end of a table.</summary>
    public void Take(BlockTable table, int count)
    {
        for (int i = 0; i < count; i++)
        {
            int block = pool.Reserve();
            table.Append(block);
            held.Add((table, block));
        }
    }

    /// <summary>The step is done: the blocks belong to their tables.</summary>
    public void Commit()
    {
        foreach ((_, int block) in held)
            pool.Own(block);
        held.Clear();
    }

    /// <summary>Gives back what was not committed, last taken first.</summary>
    public void Dispose()
    {
        for (int i = held.Count - 1; i >= 0; i--)
        {
            held[i].Table.RemoveLast(held[i].Block);
            pool.GiveBack(held[i].Block);
        }
        held.Clear();
    }
}
