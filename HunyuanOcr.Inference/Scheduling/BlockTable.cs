using System.Collections;
using System.Runtime.InteropServices;

namespace HunyuanOcr.Inference.Scheduling;

/// <summary>The cache blocks of one sequence in order: token i stands in block i / BlockSize at place i % BlockSize.</summary>
internal sealed class BlockTable : IReadOnlyList<int>
{
    private readonly List<int> blocks = [];

    /// <summary>Blocks, those of the step under way included.</summary>
    public int Count => blocks.Count;

    public int this[int index] => blocks[index];

    /// <summary>The blocks; valid until the table changes.</summary>
    public ReadOnlySpan<int> Span => CollectionsMarshal.AsSpan(blocks);

    public List<int>.Enumerator GetEnumerator() => blocks.GetEnumerator();

    IEnumerator<int> IEnumerable<int>.GetEnumerator() => blocks.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => blocks.GetEnumerator();

    internal void Append(int block) => blocks.Add(block);

    /// <summary>Takes the last block off; it must be <paramref name="block"/>.</summary>
    internal void RemoveLast(int block)
    {
        if (blocks.Count == 0 || blocks[^1] != block)
            throw new InvalidOperationException($"Block {block} is not the last of its table.");
        blocks.RemoveAt(blocks.Count - 1);
    }

    /// <summary>Releases every block, the last one first, so that the next to be taken is the one that was written longest ago.</summary>
    internal void ReleaseAll(BlockPool pool)
    {
        for (int i = blocks.Count - 1; i >= 0; i--)
            pool.Release(blocks[i]);
        blocks.Clear();
    }
}
