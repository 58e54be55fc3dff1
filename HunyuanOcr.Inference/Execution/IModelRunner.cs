using HunyuanOcr.Inference.Imaging;
using HunyuanOcr.Inference.Scheduling;

namespace HunyuanOcr.Inference.Execution;

/// <summary>The vectors that stand for one image in the prompt.</summary>
/// <param name="Values">[Count, HiddenSize].</param>
/// <param name="Count">Vectors, begin and end included.</param>
internal sealed record VisionVectors(float[] Values, int Count);

/// <summary>The device: runs the vision tower and the decoder, owns weights and KV cache. The seam at which tests put a fake.</summary>
internal interface IModelRunner : IDisposable
{
    ModelShape Shape { get; }

    /// <summary>"cpu" or "cuda:0 (name)".</summary>
    string Device { get; }

    /// <summary>Blocks of the KV cache.</summary>
    int BlockCount { get; }

    /// <summary>Tokens in a block.</summary>
    int BlockSize { get; }

    /// <summary>Time that <see cref="Run"/> has spent in the device's own library; the rest of a step is ours.</summary>
    TimeSpan ModelTime { get; }

    /// <summary>Runs the vision tower on one picture. May be called from another thread than <see cref="Run"/>, one call at a time.</summary>
    VisionVectors Encode(PatchTensor picture);

    /// <summary>Runs the decoder once over all packed tokens of the plan, writing their keys and values into the blocks of their sequences.</summary>
    /// <returns>Logits [plan.LogitsCount, VocabularySize] in the order of the slices that want them; valid until the next call.</returns>
    ReadOnlySpan<float> Run(StepPlan plan);
}
