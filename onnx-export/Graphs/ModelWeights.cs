using OnnxExport.Checkpoints;
using OnnxExport.Weights;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxExport.Graphs;

/// <summary>Hands the weights of one part of the model to a graph, by the names below a prefix.</summary>
/// <param name="type">Number format of the vectors.</param>
internal sealed class ModelWeights(Checkpoint checkpoint, string prefix, DataType type = DataType.Float)
{
    public ModelWeights Under(string part) => new(checkpoint, prefix + part, type);

    /// <summary>A vector of that length.</summary>
    public TensorContent Vector(string name, long length) => new RowMajorTensor(Row(name, length), type, length);

    /// <summary>A vector of that length as a tensor of another shape with as many elements.</summary>
    public TensorContent Vector(string name, long length, params long[] shape) => new RowMajorTensor(Row(name, length), type, shape);

    /// <summary>The matrix [rows, columns] of a linear map.</summary>
    public WeightMatrix Matrix(string name, long rows, long columns) => new([checkpoint.Get(prefix + name, rows, columns)]);

    /// <summary>Matrices with the same number of columns, stacked.</summary>
    public WeightMatrix Stack(long columns, params ReadOnlySpan<(string Name, long Rows)> matrices)
    {
        var parts = new List<StoredTensor>();
        foreach ((string name, long rows) in matrices)
            parts.Add(checkpoint.Get(prefix + name, rows, columns));
        return new WeightMatrix(parts);
    }

    /// <summary>A tensor of any shape.</summary>
    public StoredTensor Tensor(string name, params ReadOnlySpan<long> shape) => checkpoint.Get(prefix + name, shape);

    /// <summary>A vector as a matrix of one row.</summary>
    public WeightMatrix Row(string name, long length)
    {
        StoredTensor tensor = checkpoint.Get(prefix + name, length);
        return new WeightMatrix([tensor with { Shape = [1, length] }]);
    }
}
