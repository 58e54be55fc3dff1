namespace HunyuanOcr.Inference.Execution.Cpu.Kernels;

/// <summary>What one thread does at a time.</summary>
internal struct AttentionTask
{
    /// <summary>Which sequence of the batch.</summary>
    public int Sequence;

    /// <summary>Which key/value head. Not used when rotating.</summary>
    public int Head;

    /// <summary>First token of the slice (prefill, rotation) or first chunk of keys (decode).</summary>
    public int First;

    /// <summary>How many.</summary>
    public int Count;

    /// <summary>Decode: index of the head's first partial result.</summary>
    public int Partial;

    /// <summary>Decode: index of the counter of tasks that the head still waits for; -1 in prefill.</summary>
    public int Counter;
}

/// <summary>One run of PagedAttention: memory of the node's inputs, sizes, and the list of tasks. Lives on the caller's stack.</summary>
internal unsafe struct AttentionCall
{
    /// <summary>Keys that decoding takes at a time, a multiple of every block size: a thread's scores stay in its first-level cache.</summary>
    public const int DecodeChunk = 256;

    /// <summary>[tokens, (heads + 2 * keyValueHeads) * headSize]: queries, keys, values.</summary>
    public float* Packed;

    /// <summary>[tokens, headSize].</summary>
    public float* Cos;

    /// <summary>[tokens, headSize].</summary>
    public float* Sin;

    /// <summary>[headSize].</summary>
    public float* QueryNorm;

    /// <summary>[headSize].</summary>
    public float* KeyNorm;

    /// <summary>[blocks, keyValueHeads, blockSize, headSize].</summary>
    public float* Keys;

    /// <summary>Like <see cref="Keys"/>.</summary>
    public float* Values;

    /// <summary>[tokens, heads * headSize]. Between the two phases it holds the rotated queries of prefill tokens.</summary>
    public float* Output;

    /// <summary>[sequences + 1]: where each sequence's tokens begin.</summary>
    public int* CumulativeLengths;

    /// <summary>[sequences]: tokens in the cache before this run.</summary>
    public int* PastLengths;

    /// <summary>[sequences, maxBlocks].</summary>
    public int* BlockTable;

    public int Tokens;
    public int Sequences;
    public int Heads;
    public int KeyValueHeads;
    public int HeadSize;
    public int Blocks;
    public int BlockSize;
    public int MaxBlocks;
    public float Scale;
    public float Epsilon;

    public AttentionTask* Tasks;
    public float* Partials;
    public int* Counters;

    /// <summary>What the tasks of this phase do, in the width of the machine.</summary>
    public delegate*<AttentionCall*, AttentionTask*, void> Work;

    /// <summary>Not zero when a task failed; nothing may be thrown through ONNX Runtime's threads.</summary>
    public int Failed;

    public readonly int Group => Heads / KeyValueHeads;

    public readonly int PackedWidth => (Heads + (2 * KeyValueHeads)) * HeadSize;

    /// <summary>Floats of one partial result: for each query head of the group its weighted values, greatest score and sum of weights.</summary>
    public readonly int PartialSize => Group * (HeadSize + 16);

    public readonly int NewTokens(int sequence) => CumulativeLengths[sequence + 1] - CumulativeLengths[sequence];

    /// <summary>Where in the caches a token of a head stands, in floats.</summary>
    public readonly long Slot(int sequence, int head, int position)
    {
        long block = BlockTable[((long)sequence * MaxBlocks) + (position / BlockSize)];
        return ((((block * KeyValueHeads) + head) * BlockSize) + (position % BlockSize)) * HeadSize;
    }
}
