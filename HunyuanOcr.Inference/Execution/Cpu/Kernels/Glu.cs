using System.Runtime.CompilerServices;

namespace HunyuanOcr.Inference.Execution.Cpu.Kernels;

/// <summary>The gated activation of the language model's MLP.</summary>
internal static unsafe class Glu<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    /// <summary>target = gate / (1 + e^-gate) * up over <paramref name="count"/> floats.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Row(float* gate, float* up, float* target, long count)
    {
        TVector one = TLanes.Create(1f), zero = TLanes.Create(0f);
        long i = 0;
        for (; i + TLanes.Count <= count; i += TLanes.Count)
        {
            TVector x = TLanes.Load(gate + i);
            TVector sigmoid = TLanes.Divide(x, TLanes.Add(one, VectorMath<TLanes, TVector>.Exp(TLanes.Subtract(zero, x))));
            TLanes.Store(TLanes.Multiply(sigmoid, TLanes.Load(up + i)), target + i);
        }

        for (; i < count; i++)
            target[i] = gate[i] / (1f + MathF.Exp(-gate[i])) * up[i];
    }
}
