using System.Runtime.Intrinsics;

namespace HunyuanOcr.Inference.Execution.Cpu.Kernels;

/// <summary>Width of the vector registers that kernels use, in bits.</summary>
internal enum VectorWidth
{
    Bits256 = 256,
    Bits512 = 512,
}

/// <summary>Which width this machine has.</summary>
internal static class VectorWidths
{
    /// <summary>512 only where the processor has it: emulated it costs half the speed.</summary>
    public static VectorWidth Best => Vector512.IsHardwareAccelerated ? VectorWidth.Bits512 : VectorWidth.Bits256;
}
