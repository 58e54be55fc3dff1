namespace HunyuanOcr.Inference.Tokenization;

/// <summary>The merges of a BPE by their pair of ids: a flat hash table, as encoding asks it several times for every byte.</summary>
internal sealed class MergeTable
{
    private readonly long[] pairs;
    private readonly long[] merges;
    private readonly int mask;

    /// <param name="source">Rank and id of what each pair of ids merges into.</param>
    public MergeTable(IReadOnlyDictionary<(int Left, int Right), (int Rank, int Id)> source)
    {
        Count = source.Count;
        int size = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(4, source.Count * 2));
        mask = size - 1;
        pairs = new long[size];
        merges = new long[size];
        Array.Fill(pairs, -1);
        foreach (((int left, int right), (int rank, int id)) in source)
        {
            long pair = Pack(left, right);
            int slot = Slot(pair);
            while (pairs[slot] >= 0)
                slot = (slot + 1) & mask;
            pairs[slot] = pair;
            merges[slot] = Pack(rank, id);
        }
    }

    public int Count { get; }

    /// <summary>What two neighbours merge into.</summary>
    /// <returns>Whether they merge at all.</returns>
    public bool TryGet(int left, int right, out int rank, out int id)
    {
        long pair = Pack(left, right);
        for (int slot = Slot(pair); pairs[slot] >= 0; slot = (slot + 1) & mask)
        {
            if (pairs[slot] != pair)
                continue;
            rank = (int)(merges[slot] >> 32);
            id = (int)merges[slot];
            return true;
        }
        rank = id = -1;
        return false;
    }

    private static long Pack(int high, int low) => ((long)high << 32) | (uint)low;

    private int Slot(long pair) => (int)((ulong)pair * 0x9E3779B97F4A7C15 >> 33) & mask;
}
