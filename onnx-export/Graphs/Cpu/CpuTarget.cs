using OnnxExport.Checkpoints;
using OnnxExport.Configuration;

namespace OnnxExport.Graphs.Cpu;

/// <summary>Graphs for ONNX Runtime on a CPU: the one place that says which precision means which matrix product where.</summary>
internal sealed class CpuTarget : IGraphTarget
{
    public static readonly IReadOnlyList<Precision> Supported = [Precision.Fp32, Precision.Int8];

    public GraphSet Build(Checkpoint checkpoint, ModelConfiguration model, Precision precision, Precision visionPrecision) =>
        new(CpuVisionGraph.Build(checkpoint, model, VisionProduct(visionPrecision)),
            DecoderGraph.Build(checkpoint, model, DecoderProduct(precision)));

    /// <summary>The decoder multiplies few rows by all of its weights, so reading them is what costs: blocks of 8-bit weights.</summary>
    private static MatrixProduct DecoderProduct(Precision precision) =>
        precision == Precision.Int8 ? MatrixProduct.BlockInt8 : MatrixProduct.Float32;

    /// <summary>The vision tower multiplies thousands of rows at once: 8 bits only where the arithmetic itself gets faster.</summary>
    private static MatrixProduct VisionProduct(Precision precision) =>
        precision == Precision.Int8 ? MatrixProduct.DynamicInt8 : MatrixProduct.Float32;
}
