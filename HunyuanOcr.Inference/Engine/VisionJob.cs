using HunyuanOcr.Inference.Execution;

namespace HunyuanOcr.Inference.Engine;

/// <summary>One picture being decoded and seen, for every request that waits for the same one.</summary>
/// <param name="key">What every request that waits knows it by.</param>
/// <param name="source">The file that is read.</param>
/// <param name="vectorCount">Vectors that the prompts of those who wait have places for.</param>
internal sealed class VisionJob(string key, OcrPicture source, int vectorCount) : IDisposable
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

    /// <summary>Vectors of another number than was announced become an error: the bytes are no longer those whose header was read.</summary>
    public void RequireAnnouncedCount()
    {
        if (Vectors is not { } seen || seen.Count == vectorCount)
            return;
        Vectors = null;
        Error = new OcrRequestException(nameof(OcrRequest.Pictures), $"{Source.Name} was changed while the request ran: it makes {seen.Count} vectors now, and the prompt " +
            $"has places for {vectorCount}. Leave the bytes of a picture alone until its request has ended, and send it again.");
    }

    public void Cancel() => cancellation.Cancel();

    public void Dispose() => cancellation.Dispose();
}
