namespace HunyuanOcr.Inference.Tokenization;

/// <summary>Merges neighbouring symbols by rank, lowest first and leftmost among equals, as the `tokenizers` library does.</summary>
/// <remarks>A linked list over arrays and a priority queue: n log n for n symbols. One instance serves one call at a time.</remarks>
internal sealed class BpeMerger(IReadOnlyDictionary<long, (int Rank, int Id)> merges)
{
    private readonly PriorityQueue<int, long> queue = new();
    private int[] symbols = new int[64], previous = new int[64], next = new int[64];

    /// <summary>The key of a pair in the table of merges.</summary>
    public static long Pair(int left, int right) => ((long)left << 32) | (uint)right;

    /// <summary>Appends the ids that the symbols merge into.</summary>
    public void Merge(ReadOnlySpan<int> word, List<int> ids)
    {
        if (merges.Count == 0 || word.Length < 2)
        {
            ids.AddRange(word);
            return;
        }
        Link(word);
        queue.Clear();
        for (int at = 0; at + 1 < word.Length; at++)
            Offer(at);
        while (queue.TryDequeue(out int at, out long priority))
        {
            // An entry is stale once its left symbol was swallowed or either side has changed.
            if (symbols[at] < 0 || next[at] < 0 || !merges.TryGetValue(Pair(symbols[at], symbols[next[at]]), out (int Rank, int Id) merge) || merge.Rank != (int)(priority >> 32))
                continue;
            int right = next[at];
            symbols[at] = merge.Id;
            symbols[right] = -1;
            next[at] = next[right];
            if (next[at] >= 0)
                previous[next[at]] = at;
            if (previous[at] >= 0)
                Offer(previous[at]);
            Offer(at);
        }
        for (int at = 0; at >= 0; at = next[at])
            ids.Add(symbols[at]);
    }

    private void Link(ReadOnlySpan<int> word)
    {
        if (symbols.Length < word.Length)
        {
            int size = Math.Max(word.Length, symbols.Length * 2);
            symbols = new int[size];
            previous = new int[size];
            next = new int[size];
        }
        word.CopyTo(symbols);
        for (int at = 0; at < word.Length; at++)
        {
            previous[at] = at - 1;
            next[at] = at + 1 < word.Length ? at + 1 : -1;
        }
    }

    private void Offer(int at)
    {
        if (next[at] >= 0 && merges.TryGetValue(Pair(symbols[at], symbols[next[at]]), out (int Rank, int Id) merge))
            queue.Enqueue(at, ((long)merge.Rank << 32) | (uint)at);
    }
}
