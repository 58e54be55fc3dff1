using Onnx;
using OnnxExport.Checkpoints;
using OnnxExport.Graphs;
using OnnxExport.Graphs.Cuda;

namespace OnnxExport.Tests.Graphs.Cuda;

/// <summary>The small model's graphs for a card.</summary>
internal static class CudaGraphs
{
    public static readonly CudaKernels[] Choices = [CudaKernels.None, CudaKernels.Rotation, CudaKernels.SwiGlu, CudaKernels.Choice, CudaKernels.Products, CudaKernels.Attention | CudaKernels.AttentionOfMany, CudaKernels.Ours];

    public static ExportedGraph Decoder(CudaKernels kernels, Precision precision = Precision.Bf16) => Export(kernels, precision, set => set.Decoder);

    public static ExportedGraph Vision(Precision vision, CudaKernels kernels = CudaKernels.None, Precision precision = Precision.Bf16) =>
        Export(kernels, precision, set => set.Vision, vision);

    /// <param name="role">decode, decode_medium or decode_small.</param>
    public static ExportedGraph Decode(string role, CudaKernels kernels, Precision precision = Precision.Bf16) =>
        Export(kernels, precision, set => set.Decode.Single(decode => decode.Role == role).Graph);

    public static string Describe(ValueInfoProto value) =>
        $"{value.Name}:{(TensorProto.Types.DataType)value.Type.TensorType.ElemType}:{ExportedGraph.Shape(value)}";

    public static Dictionary<string, string> Places(GraphProto graph) => graph.Initializer
        .Where(tensor => tensor.DataLocation == TensorProto.Types.DataLocation.External)
        .ToDictionary(tensor => tensor.Name, tensor => $"{tensor.DataType} [{string.Join(",", tensor.Dims)}] {string.Join(" ", tensor.ExternalData.Select(entry => entry.Value))}");

    private static ExportedGraph Export(CudaKernels kernels, Precision precision, Func<GraphSet, BuiltGraph> which, Precision vision = Precision.Fp16) =>
        new(checkpoint => which(new CudaTarget(kernels).Build(checkpoint, SmallModel.Configuration, precision, vision)));
}
