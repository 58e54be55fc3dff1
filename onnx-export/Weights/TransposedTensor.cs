using Onnx;

namespace OnnxExport.Weights;

/// <summary>
/// A matrix turned from PyTorch's [N, K] into the [K, N] that MatMul multiplies by. A panel of columns that fits the working
/// memory is gathered in one pass over the source; a matrix larger than that takes several passes.
/// </summary>
internal sealed class TransposedTensor(WeightMatrix matrix, TensorProto.Types.DataType type, params long[] shape) : TensorContent(type, shape)
{
    public TransposedTensor(WeightMatrix matrix) : this(matrix, TensorProto.Types.DataType.Float, matrix.Columns, matrix.Rows)
    {
    }

    // The chunks of the source have been given back when a panel is used, so that narrowing it has room.
    public override void WriteTo(ITensorSink sink) =>
        Panels.ForEach<float>(matrix, sink.Memory, Panels.Transpose, panel => NumberFormat.Write(sink, panel, Type, matrix.Name));
}
