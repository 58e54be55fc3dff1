using System.Runtime.InteropServices;
using Onnx;

namespace OnnxExport.Weights;

/// <summary>One tensor of a graph: its type and shape now, its bytes when they are streamed out.</summary>
internal abstract class TensorContent(TensorProto.Types.DataType type, params long[] shape)
{
    public TensorProto.Types.DataType Type { get; } = type;

    public IReadOnlyList<long> Shape { get; } = shape;

    public long ByteLength => Shape.Aggregate(1L, (product, size) => product * size) * ElementBytes;

    private int ElementBytes => Type switch
    {
        TensorProto.Types.DataType.Float or TensorProto.Types.DataType.Int32 => sizeof(float),
        TensorProto.Types.DataType.Int64 => sizeof(long),
        TensorProto.Types.DataType.Float16 or TensorProto.Types.DataType.Bfloat16 => sizeof(ushort),
        TensorProto.Types.DataType.Uint8 or TensorProto.Types.DataType.Int8 => sizeof(byte),
        _ => throw new NotSupportedException($"No tensors of type {Type} are written."),
    };

    /// <summary>Writes exactly <see cref="ByteLength"/> bytes, row-major and little-endian.</summary>
    public abstract void WriteTo(ITensorSink sink);

    /// <summary>A part of the sink's memory, for chunks of rows while the rest holds results.</summary>
    protected static long ChunkBudget(ITensorSink sink) => sink.Memory.LimitBytes / 8;
}

/// <summary>A matrix or table as it stands in the checkpoint, in 32-bit or 16-bit floats.</summary>
internal sealed class RowMajorTensor(WeightMatrix matrix, TensorProto.Types.DataType type, params long[] shape) : TensorContent(type, shape)
{
    public RowMajorTensor(WeightMatrix matrix, params long[] shape) : this(matrix, TensorProto.Types.DataType.Float, shape)
    {
    }

    public override void WriteTo(ITensorSink sink) =>
        matrix.ForEachChunk(sink.Memory, ChunkBudget(sink), (_, chunk) => NumberFormat.Write(sink, chunk, Type, matrix.Name));
}

/// <summary>Numbers known when the graph is built.</summary>
internal sealed class LiteralTensor : TensorContent
{
    private readonly byte[] bytes;

    public LiteralTensor(ReadOnlySpan<long> values, params long[] shape) : base(TensorProto.Types.DataType.Int64, shape) =>
        bytes = MemoryMarshal.AsBytes(values).ToArray();

    public LiteralTensor(float value) : base(TensorProto.Types.DataType.Float) => bytes = BitConverter.GetBytes(value);

    public override void WriteTo(ITensorSink sink) => sink.Write(bytes);
}
