using OnnxExport.Checkpoints;
using OnnxExport.Configuration;

namespace OnnxExport.Graphs;

/// <summary>Builds the graphs for one kind of device.</summary>
internal interface IGraphTarget
{
    /// <param name="checkpoint">Weights; only their places are taken, nothing is read yet.</param>
    /// <param name="model">Sizes.</param>
    /// <param name="precision">Of the decoder and the output head.</param>
    /// <param name="visionPrecision">Of the layers of the vision tower.</param>
    /// <exception cref="CheckpointException">A weight is missing or of a wrong shape.</exception>
    GraphSet Build(Checkpoint checkpoint, ModelConfiguration model, Precision precision, Precision visionPrecision);
}
