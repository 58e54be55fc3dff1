using System.Runtime.InteropServices;
using Onnx;
using OnnxExport.Weights;

namespace OnnxExport.Quantization;

/// <summary>
/// The 8-bit weights of com.microsoft.MatMulNBits: every output's K weights are cut into blocks of 128, each with one scale;
/// a weight is (code - 128) * scale. The last block is filled up with 128, which stands for zero.
/// </summary>
internal static class BlockQuantization
{
    public const int Bits = 8;
    public const int BlockSize = 128;
    public const byte ZeroPoint = 128;

    /// <summary>Blocks along K.</summary>
    public static int Blocks(int columns) => (columns + BlockSize - 1) / BlockSize;

    /// <summary>The scale of a block: its largest magnitude becomes code 1 or 255, so no weight is off by more than half a scale.</summary>
    public static float Scale(ReadOnlySpan<float> block)
    {
        float largest = 0;
        foreach (float value in block)
            largest = MathF.Max(largest, MathF.Abs(value));
        return largest / 127;
    }

    /// <summary>Codes of one block; what <paramref name="codes"/> has beyond the values is filled with the zero point.</summary>
    public static void Quantize(ReadOnlySpan<float> block, Span<byte> codes)
    {
        float scale = Scale(block);
        float inverse = 1 / scale;
        if (!float.IsFinite(inverse))
            inverse = 0; // all zero, or too small for a float to hold the inverse
        for (int i = 0; i < block.Length; i++)
            codes[i] = (byte)(Math.Clamp(MathF.Round(block[i] * inverse), -127, 127) + ZeroPoint);
        codes[block.Length..].Fill(ZeroPoint);
    }
}

/// <summary>Codes [N, blocks, 128] of a matrix [N, K].</summary>
internal sealed class BlockCodesTensor(WeightMatrix matrix)
    : TensorContent(TensorProto.Types.DataType.Uint8, matrix.Rows, BlockQuantization.Blocks(matrix.Columns), BlockQuantization.BlockSize)
{
    public override void WriteTo(ITensorSink sink)
    {
        int blocks = BlockQuantization.Blocks(matrix.Columns);
        using WorkingMemory.Buffer<byte> rowCodes = sink.Memory.Rent<byte>((long)blocks * BlockQuantization.BlockSize);
        matrix.ForEachChunk(sink.Memory, ChunkBudget(sink), (_, chunk) =>
        {
            for (int row = 0; row < chunk.Length; row += matrix.Columns)
            {
                for (int block = 0; block < blocks; block++)
                {
                    int start = block * BlockQuantization.BlockSize;
                    int length = Math.Min(BlockQuantization.BlockSize, matrix.Columns - start);
                    BlockQuantization.Quantize(chunk.Slice(row + start, length), rowCodes.Span.Slice(start, BlockQuantization.BlockSize));
                }
                sink.Write(rowCodes.Span);
            }
        });
    }
}

/// <summary>Scales [N * blocks] of a matrix [N, K].</summary>
internal sealed class BlockScalesTensor(WeightMatrix matrix)
    : TensorContent(TensorProto.Types.DataType.Float, (long)matrix.Rows * BlockQuantization.Blocks(matrix.Columns))
{
    public override void WriteTo(ITensorSink sink)
    {
        int blocks = BlockQuantization.Blocks(matrix.Columns);
        using WorkingMemory.Buffer<float> rowScales = sink.Memory.Rent<float>(blocks);
        matrix.ForEachChunk(sink.Memory, ChunkBudget(sink), (_, chunk) =>
        {
            for (int row = 0; row < chunk.Length; row += matrix.Columns)
            {
                for (int block = 0; block < blocks; block++)
                {
                    int start = block * BlockQuantization.BlockSize;
                    rowScales.Span[block] = BlockQuantization.Scale(chunk.Slice(row + start, Math.Min(BlockQuantization.BlockSize, matrix.Columns - start)));
                }
                sink.Write(MemoryMarshal.AsBytes(rowScales.Span));
            }
        });
    }
}
