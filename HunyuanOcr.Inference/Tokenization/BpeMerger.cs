using System.Runtime.CompilerServices;

namespace HunyuanOcr.Inference.Tokenization;

/// <summary>Merges neighbouring symbols by rank, lowest first and leftmost among equals, as the `tokenizers` library does.</summary>
/// <remarks>A linked list over arrays and a binary heap: n log n for n symbols. One instance serves one call at a time.</remarks>
internal sealed class BpeMerger(MergeTable merges)
{
    private int[] symbols = new int[64], previous = new int[64], next = new int[64];

    // Rank in the upper half, place of the left symbol in the lower: the smallest is the next merge.
    private long[] heap = new long[64];
    private int heapCount;

    /// <summary>Appends the ids that the symbols merge into.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Merge(ReadOnlySpan<int> word, List<int> ids)
    {
        if (merges.Count == 0 || word.Length < 2)
        {
            ids.AddRange(word);
            return;
        }
        Link(word);
        heapCount = 0;
        for (int at = 0; at + 1 < word.Length; at++)
            Offer(at);
        while (heapCount > 0)
        {
            long smallest = Pop();
            int at = (int)smallest, right = next[at];
            // An entry is stale once its left symbol was swallowed or either side has changed.
            if (symbols[at] < 0 || right < 0 || !merges.TryGet(symbols[at], symbols[right], out int rank, out int id) || rank != (int)(smallest >> 32))
                continue;
            symbols[at] = id;
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
        if (next[at] < 0 || !merges.TryGet(symbols[at], symbols[next[at]], out int rank, out _))
            return;
        if (heapCount == heap.Length)
            Array.Resize(ref heap, heap.Length * 2);
        long entry = ((long)rank << 32) | (uint)at;
        int place = heapCount++;
        while (place > 0 && heap[(place - 1) / 2] > entry)
        {
            heap[place] = heap[(place - 1) / 2];
            place = (place - 1) / 2;
        }
        heap[place] = entry;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private long Pop()
    {
        long smallest = heap[0], last = heap[--heapCount];
        int place = 0;
        while (2 * place + 1 < heapCount)
        {
            int child = 2 * place + 1;
            if (child + 1 < heapCount && heap[child + 1] < heap[child])
                child++;
            if (heap[child] >= last)
                break;
            heap[place] = heap[child];
            place = child;
        }
        heap[place] = last;
        return smallest;
    }
}
