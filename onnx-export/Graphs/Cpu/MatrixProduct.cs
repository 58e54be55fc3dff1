using OnnxExport.Quantization;
using OnnxExport.Weights;

namespace OnnxExport.Graphs.Cpu;

/// <summary>How a linear map is computed: the kinds of matrix product that ONNX Runtime has on a CPU.</summary>
internal abstract class MatrixProduct
{
    public static MatrixProduct Float32 { get; } = new Float32Product();

    public static MatrixProduct BlockInt8 { get; } = new BlockInt8Product();

    public static MatrixProduct DynamicInt8 { get; } = new DynamicInt8Product();

    /// <summary>Adds input [rows, K] times the transposed matrix [N, K], plus a bias [N] if there is one.</summary>
    /// <param name="name">Of the node and its result [rows, N]; weights are named after it.</param>
    public abstract string Apply(GraphBuilder graph, string name, string input, WeightMatrix matrix, TensorContent? bias = null);

    private static string Bias(GraphBuilder graph, string name, TensorContent? bias) =>
        bias is null ? "" : graph.Weight(name + ".bias", bias);

    /// <summary>MatMul, or Gemm where there is a bias: ONNX Runtime packs constant weights [K, N] once for both.</summary>
    private sealed class Float32Product : MatrixProduct
    {
        public override string Apply(GraphBuilder graph, string name, string input, WeightMatrix matrix, TensorContent? bias)
        {
            string weight = graph.Weight(name + ".weight", new TransposedTensor(matrix));
            return bias is null
                ? graph.Node(name, "", "MatMul", [input, weight])
                : graph.Node(name, "", "Gemm", [input, weight, Bias(graph, name, bias)]);
        }
    }

    /// <summary>8-bit weights in blocks of 128 along K; accuracy level 4 rounds the inputs to 8 bits as well.</summary>
    private sealed class BlockInt8Product : MatrixProduct
    {
        public override string Apply(GraphBuilder graph, string name, string input, WeightMatrix matrix, TensorContent? bias)
        {
            string codes = graph.Weight(name + ".weight_q8", new BlockCodesTensor(matrix));
            string scales = graph.Weight(name + ".weight_scales", new BlockScalesTensor(matrix));
            string[] inputs = bias is null ? [input, codes, scales] : [input, codes, scales, "", "", Bias(graph, name, bias)];
            return graph.Node(name, GraphBuilder.MicrosoftDomain, "MatMulNBits", inputs,
                GraphBuilder.Attribute("K", matrix.Columns),
                GraphBuilder.Attribute("N", matrix.Rows),
                GraphBuilder.Attribute("bits", BlockQuantization.Bits),
                GraphBuilder.Attribute("block_size", BlockQuantization.BlockSize),
                GraphBuilder.Attribute("accuracy_level", 4));
        }
    }

    /// <summary>8-bit weights with a scale for each output; the whole input is rounded to 8 bits with one scale. Faster for many rows.</summary>
    private sealed class DynamicInt8Product : MatrixProduct
    {
        public override string Apply(GraphBuilder graph, string name, string input, WeightMatrix matrix, TensorContent? bias)
        {
            string codes = graph.Weight(name + ".weight_q8", new ColumnCodesTensor(matrix));
            string scales = graph.Weight(name + ".weight_scales", new ColumnScalesTensor(matrix));
            string[] inputs = bias is null ? [input, codes, scales] : [input, codes, scales, "", Bias(graph, name, bias)];
            return graph.Node(name, GraphBuilder.MicrosoftDomain, "DynamicQuantizeMatMul", inputs);
        }
    }
}
