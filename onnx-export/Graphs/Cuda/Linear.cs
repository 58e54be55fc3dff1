using OnnxExport.Weights;

namespace OnnxExport.Graphs.Cuda;

/// <summary>
/// Linear maps on a card: Gemm with the matrix [N, K] as the checkpoint has it (transB), one row of weights for each output. So the
/// embedding table serves as output head too, and a product with few rows reads whole rows.
/// </summary>
internal static class Linear
{
    /// <summary>Adds input [rows, K] times the transposed matrix [N, K], plus a bias [N] if there is one.</summary>
    /// <param name="name">Of the node and its result [rows, N].</param>
    /// <param name="weight">A weight of the graph.</param>
    /// <param name="bias">A weight of the graph; "" for none.</param>
    public static string Apply(GraphBuilder graph, string name, string input, string weight, string bias = "") =>
        graph.Node(name, "", "Gemm", bias.Length == 0 ? [input, weight] : [input, weight, bias], GraphBuilder.Attribute("transB", 1L));

    /// <summary>The matrix as it stands in the checkpoint.</summary>
    public static string Weight(GraphBuilder graph, string name, WeightMatrix matrix, Onnx.TensorProto.Types.DataType type) =>
        graph.Weight(name + ".weight", new RowMajorTensor(matrix, type, matrix.Rows, matrix.Columns));
}
