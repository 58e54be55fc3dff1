using System.Runtime.ExceptionServices;
using System.Text;
using System.Threading.Channels;

namespace HunyuanOcr.Inference.Engine;

/// <summary>What a caller has not read yet. One side puts, the other takes; a caller who is slow finds all new text merged into one delta.</summary>
internal sealed class EventMailbox
{
    private readonly Lock gate = new();
    private readonly Channel<bool> signal = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly StringBuilder text = new();
    private List<OcrToken> tokens = [];
    private List<OcrLine> lines = [];
    private OcrQueued? queued;
    private OcrReading? reading;
    private OcrFinished? finished;
    private Exception? failure;

    public void PutPlace(int ahead) => Change(() => queued = new OcrQueued(ahead));

    public void PutReading(IReadOnlyList<OcrPageSize> pages) => Change(() => reading = new OcrReading(pages));

    public void PutDelta(OcrDelta delta) => Change(() =>
    {
        text.Append(delta.Text);
        tokens.AddRange(delta.Tokens);
        lines.AddRange(delta.Lines);
    });

    /// <summary>The last event.</summary>
    public void PutFinished(OcrResult result) => Change(() => finished = new OcrFinished(result));

    /// <summary>The end by an error, which the caller gets thrown after all events before it.</summary>
    public void PutFailure(Exception error) => Change(() => failure = error);

    /// <summary>Waits for the next event.</summary>
    public async ValueTask<OcrEvent> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TryTake() is { } happened)
                return happened;
            await signal.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private OcrEvent? TryTake()
    {
        lock (gate)
        {
            if (queued is { } place)
            {
                queued = null;
                return place;
            }
            if (reading is { } pages)
            {
                reading = null;
                return pages;
            }
            if (text.Length + tokens.Count + lines.Count > 0)
                return TakeDelta();
            if (failure is not null)
                ExceptionDispatchInfo.Throw(failure);
            return finished;
        }
    }

    private OcrDelta TakeDelta()
    {
        var delta = new OcrDelta(text.ToString(), tokens, lines);
        text.Clear();
        tokens = [];
        lines = [];
        return delta;
    }

    private void Change(Action change)
    {
        lock (gate)
            change();
        signal.Writer.TryWrite(true);
    }
}
