using HunyuanOcr.Inference.Execution;

namespace HunyuanOcr.Inference.Engine;

/// <summary>One picture of a request on its way through the vision tower. Belongs to the engine's thread.</summary>
/// <param name="source">The file.</param>
/// <param name="key">Names what the vision tower will see: equal keys mean equal patches.</param>
/// <param name="page">Size before and after scaling.</param>
/// <param name="vectorCount">Vectors that the prompt has places for.</param>
internal sealed class RequestPicture(OcrPicture source, string key, OcrPageSize page, int vectorCount)
{
    public OcrPicture Source { get; } = source;

    public string Key { get; } = key;

    public OcrPageSize Page { get; } = page;

    public int VectorCount { get; } = vectorCount;

    /// <summary>Whether a pass that will see it is under way.</summary>
    public bool IsAwaited { get; set; }

    /// <summary>What the vision tower made of it; null until then.</summary>
    public VisionVectors? Vectors { get; set; }
}
