#pragma warning disable CA1822 // replaced by the real engine
namespace HunyuanOcr.Inference;

/// <summary>The engine: loads a model folder, answers requests as streams, runs them together.</summary>
/// <remarks>Safe to call from any thread. One thread of its own runs the model.</remarks>
public sealed class OcrEngine : IAsyncDisposable
{
    /// <summary>A snapshot; never blocks.</summary>
    public EngineStatus Status => throw new InvalidOperationException();

    /// <summary>Loads a model folder and warms it up.</summary>
    /// <exception cref="OcrConfigurationException">Options or folder cannot be used; lists every fault.</exception>
    public static Task<OcrEngine> LoadAsync(EngineOptions options, CancellationToken cancellationToken = default) => throw new InvalidOperationException();

    /// <summary>Answers a request as a stream of events.</summary>
    /// <exception cref="OcrPictureException">A picture cannot be read.</exception>
    /// <exception cref="OcrRequestException">The request can never be answered as it stands.</exception>
    /// <exception cref="OcrQueueFullException">Too many requests wait.</exception>
    /// <exception cref="OcrEngineException">The engine failed.</exception>
    /// <remarks>Cancelling frees the request's cache blocks within one step; the stream then ends with <see cref="OperationCanceledException"/>.</remarks>
    public IAsyncEnumerable<OcrEvent> StreamAsync(OcrRequest request, CancellationToken cancellationToken = default) => throw new InvalidOperationException();

    /// <summary>Answers a request whole.</summary>
    public async Task<OcrResult> ReadAsync(OcrRequest request, CancellationToken cancellationToken = default)
    {
        await foreach (OcrEvent happened in StreamAsync(request, cancellationToken).ConfigureAwait(false))
            if (happened is OcrFinished finished)
                return finished.Result;
        throw new OcrEngineException("The engine ended the request without an answer.", engineDead: false);
    }

    /// <summary>Ends every request with <see cref="OcrEngineException"/> and frees the model.</summary>
    public ValueTask DisposeAsync() => default;
}
