using OnnxExport.Checkpoints;
using OnnxExport.Configuration;
using DataType = Onnx.TensorProto.Types.DataType;

namespace OnnxExport.Graphs.Cuda;

/// <summary>Graphs for ONNX Runtime on an NVIDIA card. The decoder's graphs share one file of weights, so that a card needs them once.</summary>
/// <param name="kernels">Which operators are our own.</param>
internal sealed class CudaTarget(CudaKernels kernels) : IGraphTarget
{
    public const string DecodeFileName = "decode.onnx";
    public const string DecodeMediumFileName = "decode_medium.onnx";
    public const string DecodeSmallFileName = "decode_small.onnx";

    public static readonly IReadOnlyList<Precision> Supported = [Precision.Fp16, Precision.Bf16];

    public GraphSet Build(Checkpoint checkpoint, ModelConfiguration model, Precision precision, Precision visionPrecision)
    {
        DataType type = ElementType(precision);
        var data = new WeightFile(DecoderGraph.FileName + ".data");
        List<(string, BuiltGraph)> decode =
        [
            ("decode", DecodeGraph.Build(checkpoint, model, type, kernels, CudaKernels.None, DecodeFileName, data)),
        ];
        if (kernels.HasFlag(CudaKernels.Products))
            decode.Add(("decode_medium", DecodeGraph.Build(checkpoint, model, type, kernels, CudaKernels.Products, DecodeMediumFileName, data)));
        if (kernels.HasFlag(CudaKernels.Matvec))
            decode.Add(("decode_small", DecodeGraph.Build(checkpoint, model, type, kernels, CudaKernels.Matvec, DecodeSmallFileName, data)));
        return new GraphSet(
            CudaVisionGraph.Build(checkpoint, model, ElementType(visionPrecision), type, kernels),
            DecoderGraph.Build(checkpoint, model, type, kernels, data))
        {
            Decode = decode,
        };
    }

    private static DataType ElementType(Precision precision) => precision == Precision.Bf16 ? DataType.Bfloat16 : DataType.Float16;
}
