using System.Runtime.CompilerServices;

namespace HunyuanOcr.Inference.Execution.Cpu.Kernels;

/// <summary>What happens to one head of a query or key before attention: XD-RoPE, then RMSNorm.</summary>
internal static unsafe class HeadRotation<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : struct
{
    /// <summary>destination = RMSNorm(source * cos + rotate_half(source) * sin) * weight * scale, rotate_half(x) = (-x[d/2..], x[..d/2]).</summary>
    /// <param name="source">[size].</param>
    /// <param name="destination">[size], not the source.</param>
    /// <param name="cos">[size].</param>
    /// <param name="sin">[size].</param>
    /// <param name="weight">[size].</param>
    /// <param name="size">Width of the head, a multiple of 16.</param>
    /// <param name="epsilon">Of the norm.</param>
    /// <param name="scale">Factor on the result.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(float* source, float* destination, float* cos, float* sin, float* weight, int size, float epsilon, float scale)
    {
        int half = size / 2, vectors = half / TLanes.Count * TLanes.Count;
        TVector squares = TLanes.Create(0f);
        for (int i = 0; i < vectors; i += TLanes.Count)
        {
            TVector low = TLanes.Load(source + i), high = TLanes.Load(source + half + i);
            TVector first = TLanes.Subtract(TLanes.Multiply(low, TLanes.Load(cos + i)), TLanes.Multiply(high, TLanes.Load(sin + i)));
            TVector second = TLanes.MultiplyAdd(high, TLanes.Load(cos + half + i), TLanes.Multiply(low, TLanes.Load(sin + half + i)));
            squares = TLanes.MultiplyAdd(second, second, TLanes.MultiplyAdd(first, first, squares));
            TLanes.Store(first, destination + i);
            TLanes.Store(second, destination + half + i);
        }

        float sum = VectorMath<TLanes, TVector>.Sum(squares);
        for (int i = vectors; i < half; i++)
        {
            float low = source[i], high = source[half + i];
            float first = (low * cos[i]) - (high * sin[i]), second = (high * cos[half + i]) + (low * sin[half + i]);
            sum += (first * first) + (second * second);
            destination[i] = first;
            destination[half + i] = second;
        }

        TVector factor = TLanes.Create(scale / MathF.Sqrt((sum / size) + epsilon));
        for (int i = 0; i < size; i += TLanes.Count)
            TLanes.Store(TLanes.Multiply(TLanes.Multiply(TLanes.Load(destination + i), factor), TLanes.Load(weight + i)), destination + i);
    }
}
