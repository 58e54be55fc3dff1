using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace HunyuanOcr.Inference.Execution.Cpu.Kernels;

/// <summary>Attention of many new tokens of a sequence: first all are rotated and their keys and values written into the cache,
/// then tiles of query rows walk over the keys, 64 at a time, with a running softmax (FlashAttention).</summary>
/// <remarks>Key tiles begin at multiples of 64 of the position in the sequence and a row's sums never depend on other rows,
/// so a prompt in chunks gives bit for bit what the whole prompt gives.</remarks>
internal static unsafe class PrefillAttention<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    private const int KeyTile = 64;
    private const int RowTile = 96;
    private const float Masked = -1e30f;

    /// <summary>Tokens of one tile: the query heads of a group share a key head and go together.</summary>
    public static int TokensOfTile(int group) => Math.Max(1, RowTile / group);

    /// <summary>First phase: rotates queries into the output and keys into the cache, copies values into the cache.</summary>
    public static void Rotate(AttentionCall* call, AttentionTask* task)
    {
        int size = call->HeadSize, width = call->PackedWidth, start = call->CumulativeLengths[task->Sequence];
        for (int token = task->First; token < task->First + task->Count; token++)
        {
            long row = start + token;
            float* packed = call->Packed + (row * width), cos = call->Cos + (row * size), sin = call->Sin + (row * size);
            float* output = call->Output + (row * call->Heads * size);
            for (int head = 0; head < call->Heads; head++)
                HeadRotation<TLanes, TVector>.Apply(packed + (head * size), output + (head * size), cos, sin, call->QueryNorm, size, call->Epsilon, call->Scale);
            for (int head = 0; head < call->KeyValueHeads; head++)
                Store(call, task->Sequence, head, call->PastLengths[task->Sequence] + token, packed, cos, sin);
        }
    }

    /// <summary>Writes one token's key and value of one head into the cache.</summary>
    public static void Store(AttentionCall* call, int sequence, int head, int position, float* packed, float* cos, float* sin)
    {
        int size = call->HeadSize;
        long slot = call->Slot(sequence, head, position);
        float* key = packed + ((call->Heads + head) * size), value = packed + ((call->Heads + call->KeyValueHeads + head) * size);
        HeadRotation<TLanes, TVector>.Apply(key, call->Keys + slot, cos, sin, call->KeyNorm, size, call->Epsilon, 1f);
        Unsafe.CopyBlockUnaligned(call->Values + slot, value, (uint)(size * sizeof(float)));
    }

    /// <summary>Second phase: attention of one tile of tokens for the query heads of one key head.</summary>
    public static void Attend(AttentionCall* call, AttentionTask* task)
    {
        int size = call->HeadSize, group = call->Group, rows = task->Count * group;
        int columns = RoundUp(size, TileProduct<TLanes, TVector>.Columns), tileRows = RoundUp(rows, TileProduct<TLanes, TVector>.Rows);
        int firstPosition = call->PastLengths[task->Sequence] + task->First, keyCount = firstPosition + task->Count;

        float* queries = ThreadScratch.Tile(((long)tileRows * (size + columns + KeyTile + 2)) + (KeyTile * (size + columns)) + 64);
        float* sums = queries + (tileRows * size), scores = sums + (tileRows * columns), keys = scores + (tileRows * KeyTile);
        float* values = keys + (size * KeyTile), greatest = values + (KeyTile * columns), weights = greatest + tileRows;

        GatherQueries(call, task, queries, rows, tileRows);
        new Span<float>(sums, tileRows * columns).Clear();
        new Span<float>(greatest, rows).Fill(Masked);
        new Span<float>(weights, rows).Clear();
        for (int first = 0; first < keyCount; first += KeyTile)
        {
            int count = Math.Min(KeyTile, keyCount - first);
            GatherKeys(call, task, first, count, keys);
            GatherValues(call, task, first, count, values, columns);
            TileProduct<TLanes, TVector>.Multiply(queries, size, keys, KeyTile, scores, KeyTile, tileRows, KeyTile, size, accumulate: false);
            for (int row = 0; row < rows; row++)
                Weigh(scores + (row * KeyTile), firstPosition + (row / group) + 1 - first, sums + (row * columns), columns, greatest + row, weights + row);
            TileProduct<TLanes, TVector>.Multiply(scores, KeyTile, values, columns, sums, columns, tileRows, columns, count, accumulate: true);
        }

        for (int row = 0; row < rows; row++)
        {
            VectorMath<TLanes, TVector>.Scale(sums + (row * columns), 1f / weights[row], size);
            Unsafe.CopyBlockUnaligned(OutputRow(call, task, row), sums + (row * columns), (uint)(size * sizeof(float)));
        }
    }

    private static int RoundUp(int value, int unit) => (value + unit - 1) / unit * unit;

    private static float* OutputRow(AttentionCall* call, AttentionTask* task, int row)
    {
        int group = call->Group;
        long token = call->CumulativeLengths[task->Sequence] + task->First + (row / group);
        return call->Output + (((token * call->Heads) + (task->Head * group) + (row % group)) * call->HeadSize);
    }

    private static void GatherQueries(AttentionCall* call, AttentionTask* task, float* queries, int rows, int tileRows)
    {
        int size = call->HeadSize;
        for (int row = 0; row < rows; row++)
            Unsafe.CopyBlockUnaligned(queries + (row * size), OutputRow(call, task, row), (uint)(size * sizeof(float)));
        new Span<float>(queries + (rows * size), (tileRows - rows) * size).Clear();
    }

    /// <summary>One row's scores to weights: <paramref name="visible"/> keys of the tile count, the others get exactly zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Weigh(float* scores, int visible, float* sums, int columns, float* greatest, float* weight)
    {
        if (visible <= 0)
        {
            new Span<float>(scores, KeyTile).Clear();
            return;
        }

        if (visible < KeyTile)
            new Span<float>(scores + visible, KeyTile - visible).Fill(Masked);
        TVector max = TLanes.Load(scores);
        for (int i = TLanes.Count; i < KeyTile; i += TLanes.Count)
            max = TLanes.Max(max, TLanes.Load(scores + i));
        float top = TLanes.MaxAcross(max);
        if (top > *greatest)
        {
            if (*weight > 0)
            {
                float factor = MathF.Exp(*greatest - top);
                *weight *= factor;
                VectorMath<TLanes, TVector>.Scale(sums, factor, columns);
            }

            *greatest = top;
        }

        TVector above = TLanes.Create(*greatest), sum = TLanes.Create(0f);
        for (int i = 0; i < KeyTile; i += TLanes.Count)
            TLanes.Store(VectorMath<TLanes, TVector>.Exp(TLanes.Subtract(TLanes.Load(scores + i), above)), scores + i);
        if (visible < KeyTile)
            new Span<float>(scores + visible, KeyTile - visible).Clear();
        for (int i = 0; i < KeyTile; i += TLanes.Count)
            sum = TLanes.Add(sum, TLanes.Load(scores + i));
        *weight += VectorMath<TLanes, TVector>.Sum(sum);
    }

    private static void GatherValues(AttentionCall* call, AttentionTask* task, int first, int count, float* values, int columns)
    {
        int size = call->HeadSize;
        for (int i = 0, run; i < count; i += run)
        {
            run = Math.Min(call->BlockSize - ((first + i) % call->BlockSize), count - i);
            float* source = call->Values + call->Slot(task->Sequence, task->Head, first + i);
            if (columns == size)
            {
                Unsafe.CopyBlockUnaligned(values + (i * size), source, (uint)(run * size * sizeof(float)));
                continue;
            }

            for (int key = 0; key < run; key++)
            {
                float* row = values + ((i + key) * columns);
                Unsafe.CopyBlockUnaligned(row, source + (key * size), (uint)(size * sizeof(float)));
                new Span<float>(row + size, columns - size).Clear();
            }
        }
    }

    private static void GatherKeys(AttentionCall* call, AttentionTask* task, int first, int count, float* keys)
    {
        for (int i = 0, run; i < count; i += run)
        {
            run = Math.Min(call->BlockSize - ((first + i) % call->BlockSize), count - i);
            Transpose(call->Keys + call->Slot(task->Sequence, task->Head, first + i), run, call->HeadSize, keys + i);
        }

        if (count == KeyTile)
            return;
        for (int i = 0; i < call->HeadSize; i++)
            new Span<float>(keys + (i * KeyTile) + count, KeyTile - count).Clear();
    }

    /// <summary>keys [count, size] into columns of transposed [size, 64].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose(float* keys, int count, int size, float* transposed)
    {
        int key = 0;
        if (Sse.IsSupported)
        {
            for (; key + 4 <= count; key += 4)
            {
                float* r0 = keys + ((long)key * size), r1 = r0 + size, r2 = r1 + size, r3 = r2 + size, to = transposed + key;
                for (int i = 0; i < size; i += 4, to += 4 * KeyTile)
                {
                    Vector128<float> a = Vector128.Load(r0 + i), b = Vector128.Load(r1 + i), c = Vector128.Load(r2 + i), d = Vector128.Load(r3 + i);
                    Vector128<float> ab = Sse.UnpackLow(a, b), cd = Sse.UnpackLow(c, d), abHigh = Sse.UnpackHigh(a, b), cdHigh = Sse.UnpackHigh(c, d);
                    Sse.MoveLowToHigh(ab, cd).Store(to);
                    Sse.MoveHighToLow(cd, ab).Store(to + KeyTile);
                    Sse.MoveLowToHigh(abHigh, cdHigh).Store(to + (2 * KeyTile));
                    Sse.MoveHighToLow(cdHigh, abHigh).Store(to + (3 * KeyTile));
                }
            }
        }

        for (; key < count; key++)
            for (int i = 0; i < size; i++)
                transposed[(i * KeyTile) + key] = keys[((long)key * size) + i];
    }
}
