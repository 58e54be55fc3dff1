using HunyuanOcr.Inference.Imaging;
using HunyuanOcr.Inference.Sampling;
using HunyuanOcr.Inference.Scheduling;

namespace HunyuanOcr.Inference.Execution;

/// <summary>The vectors that stand for one image in the prompt.</summary>
/// <param name="Values">[Count, HiddenSize]; empty where the device keeps them in numbers of its own.</param>
/// <param name="Count">Vectors, begin and end included.</param>
internal sealed record VisionVectors(float[] Values, int Count)
{
    /// <summary>[Count, HiddenSize] in the device's own 16-bit numbers, as it made them and takes them back; empty on a device that works in floats.</summary>
    public ushort[] Halves { get; init; } = [];

    /// <summary>How long cutting the picture's patches took.</summary>
    public TimeSpan PatchesElapsed { get; init; }

    public long ByteCount => ((long)Values.Length * sizeof(float)) + ((long)Halves.Length * sizeof(ushort));
}

/// <summary>What a step gave: a row for each slice that wants logits, in the order of the plan. Valid until the next step.</summary>
internal readonly ref struct StepResult
{
    private readonly ReadOnlySpan<float> logits;
    private readonly ReadOnlySpan<TokenChoice> likeliest;
    private readonly int vocabulary;

    /// <param name="logits">[rows, vocabulary]; where the device chooses, only rows of sequences that need logits are filled.</param>
    /// <param name="vocabulary">Width of a row.</param>
    /// <param name="likeliest">[rows] where the device chose the likeliest token of each row; empty where it does not choose.</param>
    public StepResult(ReadOnlySpan<float> logits, int vocabulary, ReadOnlySpan<TokenChoice> likeliest = default)
    {
        this.logits = logits;
        this.vocabulary = vocabulary;
        this.likeliest = likeliest;
    }

    /// <summary>[rows, vocabulary].</summary>
    public ReadOnlySpan<float> Logits => logits;

    /// <summary>The likeliest token of each row; empty where the device does not choose.</summary>
    public ReadOnlySpan<TokenChoice> Likeliest => likeliest;

    /// <summary>One row of logits.</summary>
    public ReadOnlySpan<float> Row(int row) => logits.Slice(row * vocabulary, vocabulary);
}

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

    /// <summary>Bytes of the device's own memory that are in use and that it has; null where it works in the machine's. May be called from any thread.</summary>
    (long Used, long Total)? Memory => null;

    /// <summary>Runs the vision tower on one picture. May be called from another thread than <see cref="Run"/>, one call at a time. The picture stays the caller's.</summary>
    VisionVectors Encode(ScaledPicture picture);

    /// <summary>Called once, on the thread that then calls <see cref="Run"/>, before the first step and before any picture.</summary>
    void Prepare()
    {
    }

    /// <summary>Runs the decoder once over all packed tokens of the plan, writing their keys and values into the blocks of their sequences.</summary>
    /// <returns>plan.LogitsCount rows in the order of the slices that want them.</returns>
    StepResult Run(StepPlan plan);
}
