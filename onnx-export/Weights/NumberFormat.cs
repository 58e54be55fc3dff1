using System.Runtime.InteropServices;
using OnnxExport.Checkpoints;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxExport.Weights;

/// <summary>Writes 32-bit floats in the number format that a tensor has.</summary>
internal static class NumberFormat
{
    // Values narrowed at a time: small beside the working memory that an export runs with.
    private const int PieceValues = 4096;

    /// <summary>Rounds to the nearest, ties to even. A bfloat16 number of at least 2^-14 becomes a float16 without loss.</summary>
    /// <param name="name">Of the tensor, for messages.</param>
    /// <exception cref="CheckpointException">A number is too large for float16.</exception>
    public static void Write(ITensorSink sink, ReadOnlySpan<float> values, DataType type, string name)
    {
        if (type == DataType.Float)
        {
            sink.Write(MemoryMarshal.AsBytes(values));
            return;
        }
        long room = (sink.Memory.LimitBytes - sink.Memory.UsedBytes) / sizeof(ushort);
        int most = (int)Math.Min(Math.Min(PieceValues, values.Length), Math.Max(room, 1));
        using WorkingMemory.Buffer<ushort> narrowed = sink.Memory.Rent<ushort>(most);
        for (int start = 0; start < values.Length; start += most)
        {
            ReadOnlySpan<float> piece = values[start..Math.Min(start + most, values.Length)];
            Span<ushort> target = narrowed.Span[..piece.Length];
            if (type == DataType.Bfloat16)
                ToBFloat16(piece, target);
            else
                ToFloat16(piece, target, name);
            sink.Write(MemoryMarshal.AsBytes(target));
        }
    }

    private static void ToFloat16(ReadOnlySpan<float> values, Span<ushort> target, string name)
    {
        for (int i = 0; i < values.Length; i++)
        {
            Half half = (Half)values[i];
            if (Half.IsInfinity(half) && float.IsFinite(values[i]))
                throw new CheckpointException($"{name} holds {values[i]}, which is too large for 16-bit floats (65504 at most). Export with bf16.");
            target[i] = BitConverter.HalfToUInt16Bits(half);
        }
    }

    private static void ToBFloat16(ReadOnlySpan<float> values, Span<ushort> target)
    {
        for (int i = 0; i < values.Length; i++)
        {
            uint bits = BitConverter.SingleToUInt32Bits(values[i]);
            // Rounding up must not turn a NaN into an infinity.
            target[i] = float.IsNaN(values[i]) ? (ushort)((bits >> 16) | 0x40) : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
        }
    }
}
