namespace HunyuanOcr.Inference;

/// <summary>What the loaded model is.</summary>
/// <param name="Name">The checkpoint's name or folder.</param>
/// <param name="SourceHash">SHA-256 over the checkpoint's weights, from export.json.</param>
/// <param name="Precision">fp32, int8, fp16 or bf16; where the vision tower has another than the decoder, such as "fp32, vision int8".</param>
/// <param name="ContextLength">Tokens of prompt and answer together.</param>
/// <param name="MaxPixels">Pixels that the model sees of one picture at most.</param>
/// <param name="ExporterVersion">Version of onnx-export.</param>
public sealed record ModelDescription(string Name, string SourceHash, string Precision, int ContextLength, long MaxPixels, string ExporterVersion);

/// <summary>A snapshot of the engine.</summary>
/// <param name="Model">The loaded model.</param>
/// <param name="Device">"cpu" or "cuda:0 (name)".</param>
/// <param name="DeviceReason">Why this device was taken.</param>
/// <param name="Running">Sequences in the running batch.</param>
/// <param name="Waiting">Requests that wait.</param>
/// <param name="BlocksUsed">Cache blocks that are owned.</param>
/// <param name="BlocksTotal">Cache blocks in the pool.</param>
/// <param name="Fault">The error that ended the engine; null while it lives.</param>
public sealed record EngineStatus(ModelDescription Model, string Device, string DeviceReason, int Running, int Waiting, int BlocksUsed, int BlocksTotal, string? Fault)
{
    /// <summary>What the engine has counted.</summary>
    public EngineCounters Counters { get; init; } = EngineCounters.Zero;

    /// <summary>Tokens that one cache block holds.</summary>
    public int BlockSize { get; init; }

    /// <summary>Bytes of the card's memory that are in use, by whomever; null on a CPU.</summary>
    public long? DeviceMemoryUsed { get; init; }

    /// <summary>Bytes of memory that the card has; null on a CPU.</summary>
    public long? DeviceMemoryTotal { get; init; }

    /// <summary>What an operator should know though the engine runs.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}
