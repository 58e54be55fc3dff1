using OnnxExport.Graphs;
using OnnxExport.Graphs.Cuda;

namespace OnnxExport;

/// <summary>Devices that graphs are built for.</summary>
internal enum ExportTarget
{
    Cpu,
    Cuda,
}

/// <summary>What an export was asked for.</summary>
internal sealed record ExportOptions
{
    /// <summary>The Hugging Face folder.</summary>
    public required string Checkpoint { get; init; }

    /// <summary>Where the model folder will be.</summary>
    public required string Output { get; init; }

    public required ExportTarget Target { get; init; }
    public required Precision Precision { get; init; }

    /// <summary>Of the layers of the vision tower.</summary>
    public required Precision VisionPrecision { get; init; }

    /// <summary>Which operators of a graph for a card are our own.</summary>
    public CudaKernels Kernels { get; init; }

    /// <summary>The model's name in export.json.</summary>
    public required string Name { get; init; }

    /// <summary>Whether a model folder at <see cref="Output"/> is replaced.</summary>
    public required bool Force { get; init; }
}
