using System.Runtime.InteropServices;
using Onnx;

namespace OnnxExport.Weights;

/// <summary>
/// A matrix turned from PyTorch's [N, K] into the [K, N] that MatMul multiplies by. A panel of columns that fits the working
/// memory is gathered in one pass over the source; a matrix larger than that takes several passes.
/// </summary>
internal sealed class TransposedTensor(WeightMatrix matrix) : TensorContent(TensorProto.Types.DataType.Float, matrix.Columns, matrix.Rows)
{
    public override void WriteTo(ITensorSink sink) =>
        Panels.ForEach<float>(matrix, sink.Memory, Panels.Transpose, panel => sink.Write(MemoryMarshal.AsBytes(panel)));
}
