using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace HunyuanOcr.Inference.Execution.Cpu.Kernels;

/// <summary>Attention of one new token of a sequence over its cache, which is limited by reading the cache once.</summary>
/// <remarks>Keys are taken in chunks of 256; each chunk gives a partial result and the partial results are joined in order. So the answer
/// does not depend on which thread did which chunk, nor on what else is in the batch.</remarks>
internal static unsafe class DecodeAttention<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    private const int Chunk = AttentionCall.DecodeChunk;

    /// <summary>Rotates the token, writes it into the cache (with the last chunk), computes chunks, and joins them when they are the last to be done.</summary>
    public static void Attend(AttentionCall* call, AttentionTask* task)
    {
        int size = call->HeadSize, group = call->Group, position = call->PastLengths[task->Sequence], keyCount = position + 1;
        int chunks = (keyCount + Chunk - 1) / Chunk;
        long row = call->CumulativeLengths[task->Sequence];
        float* packed = call->Packed + (row * call->PackedWidth), cos = call->Cos + (row * size), sin = call->Sin + (row * size);
        float* queries = ThreadScratch.Tile((group * size) + (2 * Chunk)), scores = queries + (group * size);

        for (int g = 0; g < group; g++)
            HeadRotation<TLanes, TVector>.Apply(packed + (((task->Head * group) + g) * size), queries + (g * size), cos, sin, call->QueryNorm, size, call->Epsilon, call->Scale);
        if (task->First + task->Count == chunks)
            PrefillAttention<TLanes, TVector>.Store(call, task->Sequence, task->Head, position, packed, cos, sin);

        for (int chunk = task->First; chunk < task->First + task->Count; chunk++)
        {
            float* partial = call->Partials + ((long)(task->Partial + chunk) * call->PartialSize);
            int first = chunk * Chunk, count = Math.Min(Chunk, keyCount - first);
            // The last head of an odd group is a pair with itself.
            for (int g = 0; g < group; g += 2)
                Pair(call, task, first, count, queries + (g * size), scores, partial, g, Math.Min(g + 1, group - 1));
        }

        if (Interlocked.Decrement(ref call->Counters[task->Counter]) == 0)
            Join(call, task, chunks, row);
    }

    /// <summary>Two query heads over one chunk of keys.</summary>
    private static void Pair(AttentionCall* call, AttentionTask* task, int first, int count, float* queries, float* scores, float* partial, int headA, int headB)
    {
        int size = call->HeadSize, group = call->Group;
        float* queryB = queries + ((headB - headA) * size), scoresB = scores + Chunk;
        float* sumsA = partial + ((long)headA * size), sumsB = partial + ((long)headB * size);
        for (int i = 0, run; i < count; i += run)
        {
            run = Run(call, first + i, count - i);
            Scores(call->Keys + call->Slot(task->Sequence, task->Head, first + i), run, size, queries, queryB, scores + i, scoresB + i);
        }

        float* facts = partial + ((long)group * size);
        Softmax(scores, count, facts + (2 * headA));
        Softmax(scoresB, count, facts + (2 * headB));
        bool begin = true;
        for (int i = 0, run; i < count; i += run, begin = false)
        {
            run = Run(call, first + i, count - i);
            Values(call->Values + call->Slot(task->Sequence, task->Head, first + i), run, size, scores + i, scoresB + i, sumsA, sumsB, begin);
        }
    }

    /// <summary>Keys that lie one after the other in a block.</summary>
    private static int Run(AttentionCall* call, int position, int left) => Math.Min(call->BlockSize - (position % call->BlockSize), left);

    /// <summary>Products of two queries with rows of keys, four keys at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scores(float* keys, int count, int size, float* queryA, float* queryB, float* scoresA, float* scoresB)
    {
        int key = 0;
        for (; key + 4 <= count; key += 4)
        {
            float* k0 = keys + ((long)key * size), k1 = k0 + size, k2 = k1 + size, k3 = k2 + size;
            TVector a0, a1, a2, a3, b0, b1, b2, b3;
            a0 = a1 = a2 = a3 = b0 = b1 = b2 = b3 = TLanes.Create(0f);
            for (int i = 0; i < size; i += TLanes.Count)
            {
                TVector a = TLanes.Load(queryA + i), b = TLanes.Load(queryB + i), k = TLanes.Load(k0 + i);
                a0 = TLanes.MultiplyAdd(a, k, a0);
                b0 = TLanes.MultiplyAdd(b, k, b0);
                k = TLanes.Load(k1 + i);
                a1 = TLanes.MultiplyAdd(a, k, a1);
                b1 = TLanes.MultiplyAdd(b, k, b1);
                k = TLanes.Load(k2 + i);
                a2 = TLanes.MultiplyAdd(a, k, a2);
                b2 = TLanes.MultiplyAdd(b, k, b2);
                k = TLanes.Load(k3 + i);
                a3 = TLanes.MultiplyAdd(a, k, a3);
                b3 = TLanes.MultiplyAdd(b, k, b3);
            }

            VectorMath<TLanes, TVector>.Sums(a0, a1, a2, a3).Store(scoresA + key);
            VectorMath<TLanes, TVector>.Sums(b0, b1, b2, b3).Store(scoresB + key);
        }

        for (; key < count; key++)
        {
            TVector a = TLanes.Create(0f), b = a;
            for (int i = 0; i < size; i += TLanes.Count)
            {
                TVector k = TLanes.Load(keys + ((long)key * size) + i);
                a = TLanes.MultiplyAdd(TLanes.Load(queryA + i), k, a);
                b = TLanes.MultiplyAdd(TLanes.Load(queryB + i), k, b);
            }

            Vector128<float> sums = VectorMath<TLanes, TVector>.Sums(a, b, a, b);
            scoresA[key] = sums[0];
            scoresB[key] = sums[1];
        }
    }

    /// <summary>Scores to weights e^(score - greatest); facts receives the greatest score and the sum of the weights.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Softmax(float* scores, int count, float* facts)
    {
        int whole = (count + TLanes.Count - 1) / TLanes.Count * TLanes.Count;
        for (int i = count; i < whole; i++)
            scores[i] = float.NegativeInfinity;
        TVector max = TLanes.Load(scores);
        for (int i = TLanes.Count; i < whole; i += TLanes.Count)
            max = TLanes.Max(max, TLanes.Load(scores + i));
        float greatest = TLanes.MaxAcross(max);
        TVector above = TLanes.Create(greatest), sum = TLanes.Create(0f);
        for (int i = 0; i < whole; i += TLanes.Count)
        {
            TVector weights = VectorMath<TLanes, TVector>.Exp(TLanes.Subtract(TLanes.Load(scores + i), above));
            TLanes.Store(weights, scores + i);
            if (i + TLanes.Count > count)
            {
                for (int j = count; j < whole; j++)
                    scores[j] = 0f;
                weights = TLanes.Load(scores + i);
            }

            sum = TLanes.Add(sum, weights);
        }

        facts[0] = greatest;
        facts[1] = VectorMath<TLanes, TVector>.Sum(sum);
    }

    /// <summary>Adds weighted rows of values to the sums of two heads, four vectors of columns at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Values(float* values, int count, int size, float* weightsA, float* weightsB, float* sumsA, float* sumsB, bool begin)
    {
        int column = 0, width = TLanes.Count;
        for (; column + (4 * width) <= size; column += 4 * width)
        {
            float* toA = sumsA + column, toB = sumsB + column, from = values + column;
            TVector a0, a1, a2, a3, b0, b1, b2, b3;
            a0 = a1 = a2 = a3 = b0 = b1 = b2 = b3 = TLanes.Create(0f);
            if (!begin)
            {
                (a0, a1, a2, a3) = (TLanes.Load(toA), TLanes.Load(toA + width), TLanes.Load(toA + (2 * width)), TLanes.Load(toA + (3 * width)));
                (b0, b1, b2, b3) = (TLanes.Load(toB), TLanes.Load(toB + width), TLanes.Load(toB + (2 * width)), TLanes.Load(toB + (3 * width)));
            }

            for (int key = 0; key < count; key++, from += size)
            {
                TVector a = TLanes.Create(weightsA[key]), b = TLanes.Create(weightsB[key]), v = TLanes.Load(from);
                a0 = TLanes.MultiplyAdd(a, v, a0);
                b0 = TLanes.MultiplyAdd(b, v, b0);
                v = TLanes.Load(from + width);
                a1 = TLanes.MultiplyAdd(a, v, a1);
                b1 = TLanes.MultiplyAdd(b, v, b1);
                v = TLanes.Load(from + (2 * width));
                a2 = TLanes.MultiplyAdd(a, v, a2);
                b2 = TLanes.MultiplyAdd(b, v, b2);
                v = TLanes.Load(from + (3 * width));
                a3 = TLanes.MultiplyAdd(a, v, a3);
                b3 = TLanes.MultiplyAdd(b, v, b3);
            }

            Store(toB, b0, b1, b2, b3);
            Store(toA, a0, a1, a2, a3);
        }

        for (; column < size; column += width)
        {
            TVector sumA = begin ? TLanes.Create(0f) : TLanes.Load(sumsA + column), sumB = begin ? TLanes.Create(0f) : TLanes.Load(sumsB + column);
            for (int key = 0; key < count; key++)
            {
                TVector v = TLanes.Load(values + ((long)key * size) + column);
                sumA = TLanes.MultiplyAdd(TLanes.Create(weightsA[key]), v, sumA);
                sumB = TLanes.MultiplyAdd(TLanes.Create(weightsB[key]), v, sumB);
            }

            TLanes.Store(sumB, sumsB + column);
            TLanes.Store(sumA, sumsA + column);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* to, TVector first, TVector second, TVector third, TVector fourth)
    {
        TLanes.Store(first, to);
        TLanes.Store(second, to + TLanes.Count);
        TLanes.Store(third, to + (2 * TLanes.Count));
        TLanes.Store(fourth, to + (3 * TLanes.Count));
    }

    /// <summary>Joins the partial results of a key head's chunks, in order, into the output.</summary>
    private static void Join(AttentionCall* call, AttentionTask* task, int chunks, long row)
    {
        int size = call->HeadSize, group = call->Group, width = TLanes.Count;
        float* partials = call->Partials + ((long)task->Partial * call->PartialSize);
        for (int g = 0; g < group; g++)
        {
            float* output = call->Output + (((row * call->Heads) + (task->Head * group) + g) * size);
            float greatest = float.NegativeInfinity, weight = 0f;
            for (int chunk = 0; chunk < chunks; chunk++)
                greatest = MathF.Max(greatest, Facts(call, partials, chunk, g)[0]);
            for (int chunk = 0; chunk < chunks; chunk++)
            {
                float* facts = Facts(call, partials, chunk, g), sums = partials + ((long)chunk * call->PartialSize) + (g * size);
                float factor = MathF.Exp(facts[0] - greatest);
                weight += factor * facts[1];
                TVector by = TLanes.Create(factor);
                for (int i = 0; i < size; i += width)
                    TLanes.Store(TLanes.MultiplyAdd(TLanes.Load(sums + i), by, chunk == 0 ? TLanes.Create(0f) : TLanes.Load(output + i)), output + i);
            }

            VectorMath<TLanes, TVector>.Scale(output, 1f / weight, size);
        }
    }

    private static float* Facts(AttentionCall* call, float* partials, int chunk, int head) =>
        partials + ((long)chunk * call->PartialSize) + (call->Group * call->HeadSize) + (2 * head);
}
