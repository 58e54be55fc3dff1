using System.Diagnostics;
using HunyuanOcr.Inference.Imaging.Vips;

namespace HunyuanOcr.Inference.Imaging;

/// <summary>Ends a decoding that takes too long or is cancelled: between strips by asking, inside one by killing the image.</summary>
internal sealed class DecodeDeadline : IDisposable
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly TimeSpan _timeout;
    private readonly CancellationToken _cancelled;
    private readonly CancellationTokenSource _either;
    private readonly CancellationTokenRegistration _killing;

    /// <param name="image">Must outlive this.</param>
    /// <param name="timeout">Counted from now.</param>
    /// <param name="cancelled">Ends it earlier.</param>
    internal DecodeDeadline(VipsImage image, TimeSpan timeout, CancellationToken cancelled)
    {
        _timeout = timeout;
        _cancelled = cancelled;
        _either = CancellationTokenSource.CreateLinkedTokenSource(cancelled);
        _either.CancelAfter(timeout);
        _killing = _either.Token.UnsafeRegister(static killed => ((VipsImage)killed!).Kill(), image);
    }

    /// <summary>Whether it is too late; also right when no thread was free to run the timer.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    internal bool Passed
    {
        get
        {
            _cancelled.ThrowIfCancellationRequested();
            return _either.IsCancellationRequested || Stopwatch.GetElapsedTime(_started) >= _timeout;
        }
    }

    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    /// <exception cref="TimeoutException">Too late.</exception>
    internal void Check()
    {
        if (Passed)
            throw new TimeoutException();
    }

    /// <summary>Waits for a kill that is under way.</summary>
    public void Dispose()
    {
        _killing.Dispose();
        _either.Dispose();
    }
}
