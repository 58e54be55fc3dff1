using OnnxExport.Checkpoints;
using OnnxExport.Configuration;
using OnnxExport.Weights;
using static OnnxExport.Graphs.GraphBuilder;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxExport.Graphs.Cuda;

/// <summary>The vision tower in 16-bit floats, its residual stream in 32 with <see cref="CudaKernels.Tower"/>; its vectors come out in the decoder's number format.</summary>
/// <remarks>
/// Of the attention's three biases only the queries' is added. That of the keys adds the same number to all scores of a query, which
/// softmax takes away again; that of the values comes out of the attention as it is, since its weights add up to 1, and so is part of
/// the bias that follows the output projection.
/// </remarks>
internal sealed class CudaVisionGraph : VisionGraph
{
    // What the operators of ours take; others are left to ONNX Runtime's.
    private const int MostOfTowerNorm = 4096;

    private readonly bool ownTower;

    private CudaVisionGraph(Checkpoint checkpoint, ModelConfiguration model, DataType type, DataType outputType, CudaKernels kernels)
        : base(checkpoint, model, type, outputType) => ownTower = kernels.HasFlag(CudaKernels.Tower)
            && Vision.HiddenSize % 4 == 0 && Vision.HiddenSize <= MostOfTowerNorm && Vision.IntermediateSize % 8 == 0;

    /// <param name="type">Number format of the tower.</param>
    /// <param name="outputType">Number format of the vectors.</param>
    /// <param name="kernels">Which operators are our own.</param>
    /// <exception cref="CheckpointException">A weight is missing or of a wrong shape.</exception>
    public static BuiltGraph Build(Checkpoint checkpoint, ModelConfiguration model, DataType type, DataType outputType, CudaKernels kernels) =>
        new CudaVisionGraph(checkpoint, model, type, outputType, kernels).Build();

    protected override string Multiply(string name, string input, WeightMatrix matrix, TensorContent? bias) =>
        Linear.Apply(Graph, name, input, Linear.Weight(Graph, name, matrix, Type), bias is null ? "" : Graph.Weight(name + ".bias", bias));

    protected override string MultiplyInLayer(string name, string input, WeightMatrix matrix, TensorContent? bias) => Multiply(name, input, matrix, bias);

    // The provider resizes the last two dimensions only, and not in bfloat16.
    protected override string PositionGrid()
    {
        long edge = Vision.PositionEdge;
        string table = Graph.Weight("position_grid", new TransposedTensor(StoredPositions(), DataType.Float16, 1, Vision.HiddenSize, edge, edge));
        string size = Graph.Node("position_size", "", "Concat", [Graph.Integers("position_planes", 1, Vision.HiddenSize), "grid"], Attribute("axis", 0L));
        string planes = Graph.Node("position_planes_of_grid", "", "Reshape", [Resize(table, size), Graph.Integers("planes_of_hidden", Vision.HiddenSize, -1)]);
        string positions = Graph.Node("positions", "", "Transpose", [planes], Attribute("perm", 1, 0));
        return Type == DataType.Float16 ? positions : Graph.Node("positions_widened", "", "Cast", [positions], Attribute("to", (long)Type));
    }

    protected override string Project(string name, ModelWeights own, string which, string normed)
    {
        string projected = Multiply($"{name}.{which}", normed, own.Matrix($"self_attn.{which}.weight", Vision.HiddenSize, Vision.HiddenSize), bias: null);
        if (which != "q_proj")
            return projected;
        string bias = Graph.Weight(name + ".q_proj.bias", own.Vector("self_attn.q_proj.bias", Vision.HiddenSize));
        return Graph.Node(name + ".q_biased", "", "Add", [projected, bias]);
    }

    protected override TensorContent OutputBias(ModelWeights own) => new FoldedBias(
        own.Row("self_attn.o_proj.bias", Vision.HiddenSize),
        own.Matrix("self_attn.o_proj.weight", Vision.HiddenSize, Vision.HiddenSize),
        own.Row("self_attn.v_proj.bias", Vision.HiddenSize), Type);

    protected override (string Normed, string Sum) AddAndNorm(string name, NormWeights norm, string added, string addedBias, string residual, bool first)
    {
        if (!ownTower)
            return base.AddAndNorm(name, norm, added, addedBias, residual, first);
        string sum = name + ".residual";
        Graph.Node(name, HunyuanOcrDomain, first ? "FirstLayerNorm" : "AddLayerNorm", [residual, added, addedBias, norm.Gamma, norm.Beta], [name, sum],
            [Attribute("epsilon", Vision.NormEpsilon)]);
        Graph.Shape(name, Type, "patches", Vision.HiddenSize);
        Graph.Shape(sum, DataType.Float, "patches", Vision.HiddenSize);
        return (name, sum);
    }

    protected override string BeforeMerge(string gamma, string added, string addedBias, string residual)
    {
        if (!ownTower)
            return base.BeforeMerge(gamma, added, addedBias, residual);
        string normed = Graph.Node("before_rms", HunyuanOcrDomain, "AddBiasRmsNorm", [residual, added, addedBias, gamma], Attribute("epsilon", Vision.NormEpsilon));
        Graph.Shape(normed, Type, "patches", Vision.HiddenSize);
        return normed;
    }

    protected override string BiasGelu(string name, string input, string bias, string rows, long columns)
    {
        if (!ownTower)
            return base.BiasGelu(name, input, bias, rows, columns);
        string activated = Graph.Node(name, HunyuanOcrDomain, "BiasGelu", [input, bias]);
        Graph.Shape(activated, Type, rows, columns);
        return activated;
    }
}
