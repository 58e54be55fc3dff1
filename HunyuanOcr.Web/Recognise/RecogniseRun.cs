using System.Diagnostics;
using System.Text;
using HunyuanOcr.Inference;
using HunyuanOcr.Web.Documents;
using HunyuanOcr.Web.Hosting;

namespace HunyuanOcr.Web.Recognise;

/// <summary>One reading of one document. It lives on the server: pages come and go and draw what it has; a reconnect finds it.</summary>
internal sealed partial class RecogniseRun : IDisposable
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _cancel = new();
    private readonly StringBuilder _answer = new();
    private readonly List<OcrLine> _lines = [];
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly long _maxPixels;
    private readonly ILogger _logger;
    private readonly RunView? _kept;
    private RunPhase _phase = RunPhase.GettingReady;
    private int _ahead;
    private int _tokens;
    private TimeSpan? _queued;
    private TimeSpan? _seen;
    private TimeSpan? _first;
    private TimeSpan? _ended;
    private OcrPageSize? _page;
    private OcrResult? _result;
    private RunFault? _fault;
    private ReadBy? _by;

    internal RecogniseRun(string id, StoredDocument document, ReadingTask task, long maxPixels, ILogger logger)
    {
        Id = id;
        Document = document;
        Task = task;
        _maxPixels = maxPixels;
        _logger = logger;
    }

    /// <summary>A kept run: it has ended and only shows what it was.</summary>
    /// <param name="kept">What there is to draw.</param>
    /// <param name="opened">When it was loaded.</param>
    /// <param name="logger">For errors.</param>
    internal RecogniseRun(RunView kept, DateTimeOffset opened, ILogger logger)
        : this(kept.Id, kept.Document, kept.Task, 0, logger)
    {
        Place = kept.Place;
        _kept = kept;
        _lines.AddRange(kept.Lines);
        _ended = kept.Total;
        _phase = kept.Phase;
        HasText = true;
        Ended = opened;
    }

    /// <summary>Raised on any thread after something changed; many times a second while text comes.</summary>
    internal event Action? Changed;

    internal string Id { get; }

    internal StoredDocument Document { get; }

    internal ReadingTask Task { get; }

    /// <summary>Where it stands in a pile; null where it is read by itself.</summary>
    internal PilePlace? Place { get; init; }

    /// <summary>Whether there is text to show.</summary>
    internal bool HasText { get; private set; }

    /// <summary>When it ended; null while it works.</summary>
    internal DateTimeOffset? Ended { get; private set; }

    /// <summary>Ends when it has ended; never fails.</summary>
    internal Task Reading { get; set; } = System.Threading.Tasks.Task.CompletedTask;

    /// <summary>Where it is, in a word.</summary>
    internal PageState State
    {
        get
        {
            lock (_gate)
                return _phase switch
                {
                    RunPhase.Done => _lines.Any(line => line.Confidence < Task.DoubtfulBelow) ? PageState.Doubtful : PageState.Done,
                    RunPhase.Failed => PageState.Failed,
                    RunPhase.Cancelled => PageState.Cancelled,
                    _ => PageState.Reading,
                };
        }
    }

    /// <summary>What there is to draw now.</summary>
    internal RunView View()
    {
        if (_kept is not null)
            return _kept;
        lock (_gate)
        {
            TimeSpan now = _ended ?? Stopwatch.GetElapsedTime(_started);
            TimeSpan queue = _queued ?? now, picture = (_seen ?? now) - queue;
            return new()
            {
                Id = Id,
                Task = Task,
                Document = Document,
                Place = Place,
                Phase = _phase,
                Ahead = _ahead,
                Page = _page,
                Lines = [.. _lines],
                Tail = _result is null ? AnswerTail.Of(_answer.ToString(), _lines is [.., var last] ? last : null) : "",
                Tokens = _tokens,
                Queue = _result?.Timings.Queue ?? queue,
                Picture = picture,
                Text = now - queue - picture,
                FirstToken = _result?.Timings.FirstToken ?? _first,
                Total = _result?.Timings.Total ?? now,
                Result = _result,
                Fault = _fault,
                By = _by,
            };
        }
    }

    /// <summary>Ends it within one step of the engine; what was read stays.</summary>
    internal void Cancel()
    {
        lock (_gate)
            if (_ended is null)
                _cancel.Cancel();
    }

    /// <summary>Reads; ends when the answer, an error or a cancel has ended it, and never throws.</summary>
    internal async Task ReadAsync(ReaderHost host, Func<CancellationToken, Task<OcrRequest>> request)
    {
        IPageReader? reader = null;
        try
        {
            reader = await host.WaitAsync(_cancel.Token);
            _by = ReadBy.Of(reader.Status);
            OcrRequest asked = await request(_cancel.Token);
            Take(new OcrQueued(0));
            await foreach (OcrEvent happened in reader.ReadAsync(asked, _cancel.Token).WithCancellation(_cancel.Token))
                Take(happened);
            End(_result is null ? RunPhase.Failed : _result.FinishReason == OcrFinishReason.Cancelled ? RunPhase.Cancelled : RunPhase.Done, null);
        }
        catch (OperationCanceledException) when (_cancel.IsCancellationRequested)
        {
            End(RunPhase.Cancelled, null);
        }
        catch (OcrException e)
        {
            if (e is OcrEngineException { EngineDead: true } && reader is not null)
                host.Died(reader);
            Log.Failed(_logger, Id, e);
            End(RunPhase.Failed, Fault(e, host.State));
        }
#pragma warning disable CA1031 // The run is nobody's caller: whatever happens must end in its state, where the page shows it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Log.Failed(_logger, Id, e);
            End(RunPhase.Failed, new RunFault("internal", "", Id));
        }
    }

    public void Dispose() => _cancel.Dispose();

    private void Take(OcrEvent happened)
    {
        lock (_gate)
        {
            TimeSpan now = Stopwatch.GetElapsedTime(_started);
            switch (happened)
            {
                case OcrQueued queued:
                    _phase = RunPhase.Queued;
                    _ahead = queued.Ahead;
                    break;
                case OcrReading reading:
                    _phase = RunPhase.Picture;
                    _queued ??= now;
                    _page = reading.Pages is [var page, ..] ? page : null;
                    break;
                case OcrDelta delta:
                    _phase = RunPhase.Text;
                    _queued ??= now;
                    _seen ??= now;
                    _first ??= now;
                    _tokens += delta.Tokens.Count;
                    _answer.Append(delta.Text);
                    _lines.AddRange(delta.Lines);
                    HasText = HasText || _lines.Count > 0 || AnswerTail.Of(_answer.ToString(), null).Length > 0;
                    break;
                case OcrFinished finished:
                    _result = finished.Result;
                    _page ??= finished.Result.Pages is [var first, ..] ? first : null;
                    _tokens = finished.Result.Tokens.Count;
                    // The result has the last word: repeats may have been trimmed, an open last line closed.
                    _lines.Clear();
                    _lines.AddRange(finished.Result.Lines);
                    break;
            }
        }
        Changed?.Invoke();
    }

    private void End(RunPhase phase, RunFault? fault)
    {
        lock (_gate)
        {
            _ended = Stopwatch.GetElapsedTime(_started);
            _phase = phase;
            _fault = fault ?? (phase == RunPhase.Failed ? new RunFault("internal", "", Id) : null);
            Ended = DateTimeOffset.UtcNow;
        }
        Changed?.Invoke();
    }

    private RunFault Fault(OcrException e, ReaderState state) => e switch
    {
        OcrPictureException refused => new("picture", e.Message, Id, PictureFaults.Refusal(refused, Document.Name, Document.Bytes, _maxPixels)),
        OcrRequestException => new("request", e.Message, Id),
        OcrQueueFullException => new("queue_full", e.Message, Id),
        OcrEngineException { EngineDead: true } when state == ReaderState.Stopped => new("engine_stopped", e.Message, Id),
        OcrEngineException { EngineDead: true } => new("engine_dead", e.Message, Id),
        _ => new("engine", e.Message, Id),
    };

    private static partial class Log
    {
        [LoggerMessage(3001, LogLevel.Warning, "Run {Run} failed.")]
        internal static partial void Failed(ILogger logger, string run, Exception exception);
    }
}
