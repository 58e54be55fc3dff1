using OnnxExport.Checkpoints;
using OnnxExport.Configuration;
using OnnxExport.Weights;
using static OnnxExport.Graphs.GraphBuilder;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxExport.Graphs.Cpu;

/// <summary>The vision tower in 32-bit floats; the matrices of its layers in 8 bits where asked.</summary>
internal sealed class CpuVisionGraph : VisionGraph
{
    private readonly MatrixProduct product;

    private CpuVisionGraph(Checkpoint checkpoint, ModelConfiguration model, MatrixProduct product)
        : base(checkpoint, model, DataType.Float, DataType.Float) => this.product = product;

    /// <param name="product">How the matrices of the layers are multiplied; patch embedding and merger stay in 32 bits.</param>
    /// <exception cref="CheckpointException">A weight is missing or of a wrong shape.</exception>
    public static BuiltGraph Build(Checkpoint checkpoint, ModelConfiguration model, MatrixProduct product) =>
        new CpuVisionGraph(checkpoint, model, product).Build();

    protected override string Multiply(string name, string input, WeightMatrix matrix, TensorContent? bias) =>
        MatrixProduct.Float32.Apply(Graph, name, input, matrix, bias);

    protected override string MultiplyInLayer(string name, string input, WeightMatrix matrix, TensorContent? bias) =>
        product.Apply(Graph, name, input, matrix, bias);

    protected override string PositionGrid()
    {
        long edge = Vision.PositionEdge;
        string table = Graph.Weight("position_grid", new RowMajorTensor(StoredPositions(), 1, edge, edge, Vision.HiddenSize));
        string size = Graph.Node("position_size", "", "Concat",
            [Graph.Integers("one", 1), "grid", Graph.Integers("hidden_size", Vision.HiddenSize)], Attribute("axis", 0L));
        return Graph.Node("positions", "", "Reshape", [Resize(table, size), Graph.Integers("rows_of_hidden", -1, Vision.HiddenSize)]);
    }

    protected override string Project(string name, ModelWeights own, string which, string normed) => MultiplyInLayer($"{name}.{which}", normed,
        own.Matrix($"self_attn.{which}.weight", Vision.HiddenSize, Vision.HiddenSize), own.Vector($"self_attn.{which}.bias", Vision.HiddenSize));

    protected override TensorContent OutputBias(ModelWeights own) => own.Vector("self_attn.o_proj.bias", Vision.HiddenSize);
}
