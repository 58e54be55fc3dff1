using System.Runtime.InteropServices;
using Onnx;
using OnnxExport.Weights;

namespace OnnxExport.Quantization;

/// <summary>
/// The 8-bit weights of com.microsoft.DynamicQuantizeMatMul: [K, N] with one scale for each column (output); a weight is
/// code * scale. Codes stay within -64..64: with the full range the pair sums of processors without VNNI would saturate.
/// </summary>
internal static class ColumnQuantization
{
    public const int LargestCode = 64;

    /// <summary>The scale of one output's weights.</summary>
    public static float Scale(ReadOnlySpan<float> weights)
    {
        float largest = 0;
        foreach (float value in weights)
            largest = MathF.Max(largest, MathF.Abs(value));
        return largest / LargestCode;
    }

    /// <summary>Quantises rows of the source into columns of the panel; see <see cref="Panels.Gather{T}"/>.</summary>
    public static void Gather(ReadOnlySpan<float> chunk, int columns, int firstRow, int firstColumn, Span<sbyte> panel, int rows)
    {
        for (int row = 0; row < chunk.Length / columns; row++)
        {
            ReadOnlySpan<float> weights = chunk.Slice(row * columns, columns);
            float scale = Scale(weights);
            float inverse = 1 / scale;
            if (!float.IsFinite(inverse))
                inverse = 0; // all zero, or too small for a float to hold the inverse
            for (int i = 0; i < panel.Length / rows; i++)
                panel[i * rows + firstRow + row] = (sbyte)Math.Clamp(MathF.Round(weights[firstColumn + i] * inverse), -LargestCode, LargestCode);
        }
    }
}

/// <summary>Codes [K, N] of a matrix [N, K].</summary>
internal sealed class ColumnCodesTensor(WeightMatrix matrix) : TensorContent(TensorProto.Types.DataType.Int8, matrix.Columns, matrix.Rows)
{
    public override void WriteTo(ITensorSink sink) =>
        Panels.ForEach<sbyte>(matrix, sink.Memory, ColumnQuantization.Gather, panel => sink.Write(MemoryMarshal.AsBytes(panel)));
}

/// <summary>Scales [N] of a matrix [N, K].</summary>
internal sealed class ColumnScalesTensor(WeightMatrix matrix) : TensorContent(TensorProto.Types.DataType.Float, matrix.Rows)
{
    public override void WriteTo(ITensorSink sink)
    {
        using WorkingMemory.Buffer<float> scales = sink.Memory.Rent<float>(matrix.Rows);
        matrix.ForEachChunk(sink.Memory, ChunkBudget(sink), (first, chunk) =>
        {
            for (int row = 0; row < chunk.Length / matrix.Columns; row++)
                scales.Span[first + row] = ColumnQuantization.Scale(chunk.Slice(row * matrix.Columns, matrix.Columns));
        });
        sink.Write(MemoryMarshal.AsBytes(scales.Span));
    }
}
