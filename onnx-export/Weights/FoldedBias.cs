using Onnx;

namespace OnnxExport.Weights;

/// <summary>
/// bias + matrix * inner: what remains of a bias [K] inside once a linear map [N, K] follows it. Summed in 64 bits, one row at a time.
/// </summary>
/// <param name="bias">[1, N].</param>
/// <param name="matrix">[N, K].</param>
/// <param name="inner">[1, K].</param>
/// <param name="type">Number format of the result [N].</param>
internal sealed class FoldedBias(WeightMatrix bias, WeightMatrix matrix, WeightMatrix inner, TensorProto.Types.DataType type)
    : TensorContent(type, matrix.Rows)
{
    public override void WriteTo(ITensorSink sink)
    {
        using WorkingMemory.Buffer<float> folded = sink.Memory.Rent<float>(matrix.Rows);
        using WorkingMemory.Buffer<float> vector = sink.Memory.Rent<float>(matrix.Columns);
        bias.ForEachChunk(sink.Memory, ChunkBudget(sink), (_, chunk) => chunk.CopyTo(folded.Span));
        inner.ForEachChunk(sink.Memory, ChunkBudget(sink), (_, chunk) => chunk.CopyTo(vector.Span));
        matrix.ForEachChunk(sink.Memory, ChunkBudget(sink), (first, chunk) => AddProducts(chunk, vector.Span, folded.Span[first..]));
        NumberFormat.Write(sink, folded.Span, Type, bias.Name);
    }

    private static void AddProducts(ReadOnlySpan<float> rows, ReadOnlySpan<float> vector, Span<float> sums)
    {
        for (int row = 0; row < rows.Length / vector.Length; row++)
        {
            double sum = sums[row];
            for (int i = 0; i < vector.Length; i++)
                sum += (double)rows[row * vector.Length + i] * vector[i];
            sums[row] = (float)sum;
        }
    }
}
