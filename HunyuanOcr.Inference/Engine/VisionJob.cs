using HunyuanOcr.Inference.Execution;

namespace HunyuanOcr.Inference.Engine;

/// <summary>One picture being decoded and seen, for every request that waits for the same one.</summary>
internal sealed class VisionJob(string key, OcrPicture source) : IDisposable
{
    private readonly CancellationTokenSource cancellation = new();

    public string Key { get; } = key;

    public OcrPicture Source { get; } = source;

    /// <summary>Set when nobody waits any more.</summary>
    public CancellationToken Cancelled => cancellation.Token;

    /// <summary>Who waits, and for which of its pictures; the first one brought the file. Belongs to the engine's thread.</summary>
    public List<(RunningRequest Request, RequestPicture Picture)> Waiters { get; } = [];

    /// <summary>The outcome, set before the job is reported: vectors or error.</summary>
    public VisionVectors? Vectors { get; set; }

    public Exception? Error { get; set; }

    /// <summary>Time of decoding and resizing.</summary>
    public TimeSpan PictureElapsed { get; set; }

    /// <summary>Time of the vision tower.</summary>
    public TimeSpan VisionElapsed { get; set; }

    public void Cancel() => cancellation.Cancel();

    public void Dispose() => cancellation.Dispose();
}
