using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace HunyuanOcr.Inference.Sampling;

/// <summary>The vectorised passes over a row of logits. They run in every step from the first on, so they are compiled at full strength at once.</summary>
internal static class LogitsSummary
{
    /// <summary>Fills the likeliest tokens with their logits, highest first, the lower id first among equals.</summary>
    /// <returns>How many: the span's length or the vocabulary's size.</returns>
    /// <remarks>A value that is not a number is never among them.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Likeliest(ReadOnlySpan<float> logits, Span<int> ids, Span<float> values)
    {
        int most = Math.Min(ids.Length, logits.Length), count = 0, width = Vector<float>.Count;
        ReadOnlySpan<Vector<float>> blocks = MemoryMarshal.Cast<float, Vector<float>>(logits);
        for (int block = 0; block < blocks.Length; block++)
        {
            // Once the list is full, only a value above its last one needs a closer look.
            if (count == most && !Vector.GreaterThanAny(blocks[block], new Vector<float>(values[most - 1])))
                continue;
            for (int id = block * width; id < (block + 1) * width; id++)
                Insert(logits[id], id, ids[..most], values[..most], ref count);
        }
        for (int id = blocks.Length * width; id < logits.Length; id++)
            Insert(logits[id], id, ids[..most], values[..most], ref count);
        return count;
    }

    // Ids come in ascending order, so an equal value goes behind those that are there.
    private static void Insert(float value, int id, Span<int> ids, Span<float> values, ref int count)
    {
        if (float.IsNaN(value) || (count == ids.Length && value <= values[count - 1]))
            return;
        int place = count < ids.Length ? count++ : count - 1;
        for (; place > 0 && values[place - 1] < value; place--)
        {
            values[place] = values[place - 1];
            ids[place] = ids[place - 1];
        }
        values[place] = value;
        ids[place] = id;
    }

    /// <summary>Turns logits into exp((logit - highest) * scale) in place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void ExpScaled(Span<float> logits, float highest, float scale)
    {
        Vector<float> shift = new(highest), factor = new(scale);
        Span<Vector<float>> blocks = MemoryMarshal.Cast<float, Vector<float>>(logits);
        for (int block = 0; block < blocks.Length; block++)
            blocks[block] = Vector.Exp((blocks[block] - shift) * factor);
        for (int index = blocks.Length * Vector<float>.Count; index < logits.Length; index++)
            logits[index] = MathF.Exp((logits[index] - highest) * scale);
    }

    /// <summary>log(sum(exp(logits))), given the highest logit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double LogSumExp(ReadOnlySpan<float> logits, float highest)
    {
        Vector<float> sums = Vector<float>.Zero, shift = new(highest);
        ReadOnlySpan<Vector<float>> blocks = MemoryMarshal.Cast<float, Vector<float>>(logits);
        foreach (Vector<float> block in blocks)
            sums += Vector.Exp(block - shift);
        double sum = Vector.Sum(sums);
        for (int index = blocks.Length * Vector<float>.Count; index < logits.Length; index++)
            sum += MathF.Exp(logits[index] - highest);
        return highest + Math.Log(sum);
    }
}
