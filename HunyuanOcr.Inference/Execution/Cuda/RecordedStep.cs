using HunyuanOcr.Inference.Execution.OnnxRuntime;

namespace HunyuanOcr.Inference.Execution.Cuda;

/// <summary>A decode step of one size: its binding at fixed addresses and the number of its graph.</summary>
/// <param name="Binding">Inputs and outputs.</param>
/// <param name="Replay">Options of a run that replays the graph, recording it where there is none.</param>
/// <param name="Metadata">attention_metadata in the machine's own memory, which the binding points at.</param>
internal sealed record RecordedStep(OrtIoBinding Binding, OrtRunOptions Replay, int[] Metadata) : IDisposable
{
    public void Dispose()
    {
        Binding.Dispose();
        Replay.Dispose();
    }
}
