using System.Diagnostics;
using System.Threading.Channels;
using HunyuanOcr.Web.Documents;

namespace HunyuanOcr.Web.Recognise;

/// <summary>Gets the picture of a page; called once for each, in order.</summary>
internal delegate Task<StoredDocument> DrawPage(int number, CancellationToken cancellationToken);

/// <summary>Several pages read in order: the pages of a PDF, or files that came together. It lives on the server like a run, and each page is a run of its own.</summary>
internal sealed partial class ReadingPile : IDisposable
{
    /// <summary>Pages drawn before their turn, so that their thumbnails show and reading never waits for drawing.</summary>
    private const int Ahead = 24;

    /// <summary>Pages with the engine at a time: enough that it always has work, few enough that others get their turn.</summary>
    private const int AtATime = 4;

    private readonly CancellationTokenSource _cancel = new();
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly DrawPage _draw;
    private readonly ILogger _logger;

    internal ReadingPile(string id, string owner, string name, long bytes, int pages, ReadingTask task, DrawPage draw, ILogger logger)
    {
        Id = id;
        Owner = owner;
        Name = name;
        Bytes = bytes;
        Task = task;
        Pages = [.. Enumerable.Range(1, pages).Select(number => new PilePage(number))];
        _draw = draw;
        _logger = logger;
    }

    /// <summary>A kept pile: it has ended and only shows what it was. Pages whose reading never ended are shown as not read.</summary>
    /// <param name="owner">Whose.</param>
    /// <param name="kept">Its runs, at least one.</param>
    /// <param name="opened">When it was loaded.</param>
    /// <param name="logger">For errors.</param>
    internal ReadingPile(string owner, IReadOnlyList<RecogniseRun> kept, DateTimeOffset opened, ILogger logger)
        : this(kept[0].Place!.Pile, owner, kept[0].Place!.Name, kept[0].Place!.Bytes, Math.Max(kept[0].Place!.Pages, kept.Max(run => run.Place!.Page)), kept[0].Task, static (_, _) => throw new NotSupportedException("A kept pile draws nothing."), logger)
    {
        foreach (PilePage page in Pages)
            page.Cancelled = true;
        foreach (RecogniseRun run in kept)
        {
            Pages[run.Place!.Page - 1].Run = run;
            Pages[run.Place!.Page - 1].Document = run.Document;
        }
        Ended = opened;
    }

    /// <summary>Raised on any thread when a page came, began or ended; not for every word.</summary>
    internal event Action? Changed;

    internal string Id { get; }

    internal string Owner { get; }

    /// <summary>The PDF's name, or the first file's.</summary>
    internal string Name { get; }

    internal long Bytes { get; }

    internal ReadingTask Task { get; }

    internal IReadOnlyList<PilePage> Pages { get; }

    /// <summary>When it ended; null while it works.</summary>
    internal DateTimeOffset? Ended { get; private set; }

    /// <summary>The page that is being read, the first of them; the last one that was where none is.</summary>
    internal PilePage Current => Pages.FirstOrDefault(page => page.State == PageState.Reading) ?? Pages.LastOrDefault(page => page.Run is not null) ?? Pages[0];

    /// <summary>How long it has been read.</summary>
    internal TimeSpan Elapsed => Stopwatch.GetElapsedTime(_started);

    /// <summary>How long it will still take, by the time that the pages before took; null before the first one is read.</summary>
    internal TimeSpan? Left => Pages.Count(page => page.Run is { Ended: not null } || page.Refusal is not null) is > 0 and int done ? Elapsed * (Pages.Count - done) / done : null;

    /// <summary>Pages that have been read, for downloads.</summary>
    internal IReadOnlyList<RunPage> Read => [.. Pages.Where(page => page.Run is { Ended: not null }).Select(page => new RunPage(page.Number, page.Run!.View()))];

    /// <summary>Ends what is being read; what was read stays.</summary>
    internal void Cancel()
    {
        if (Ended is null)
            _cancel.Cancel();
    }

    /// <summary>Draws and reads all pages; never throws.</summary>
    /// <param name="start">Starts to read a page's picture at its place in the pile.</param>
    internal async Task ReadAsync(Func<StoredDocument, PilePlace, RecogniseRun> start)
    {
        Channel<PilePage> drawn = Channel.CreateBounded<PilePage>(Ahead);
        using SemaphoreSlim places = new(AtATime);
        Task drawing = DrawAsync(drawn.Writer);
        List<Task> readings = [];
        try
        {
            await foreach (PilePage page in drawn.Reader.ReadAllAsync(_cancel.Token))
            {
                await places.WaitAsync(_cancel.Token);
                // The place may be that of a page that was just cancelled with the whole pile.
                _cancel.Token.ThrowIfCancellationRequested();
                page.Run = start(page.Document!, new PilePlace(Id, page.Number, Pages.Count, Name, Bytes));
                readings.Add(FollowAsync(page.Run, places));
                Changed?.Invoke();
            }
        }
        catch (OperationCanceledException)
        {
            foreach (PilePage page in Pages)
                page.Cancelled = true;
        }
        await drawing;
        await System.Threading.Tasks.Task.WhenAll(readings);
        Ended = DateTimeOffset.UtcNow;
        Changed?.Invoke();
    }

    public void Dispose() => _cancel.Dispose();

    /// <summary>Waits for a page's end and gives its place to the next.</summary>
    private async Task FollowAsync(RecogniseRun run, SemaphoreSlim places)
    {
        // Also where the pile was cancelled since its place was free: a run that nobody ends would hold the pile for good.
        CancellationTokenRegistration cancelling = _cancel.Token.Register(run.Cancel);
        await run.Reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancelling.Unregister();
        places.Release();
        Changed?.Invoke();
    }

    private async Task DrawAsync(ChannelWriter<PilePage> drawn)
    {
        try
        {
            foreach (PilePage page in Pages)
            {
                try
                {
                    page.Document = await _draw(page.Number, _cancel.Token);
                    Changed?.Invoke();
                    await drawn.WriteAsync(page, _cancel.Token);
                }
                catch (DocumentRefusedException e)
                {
                    // One page that cannot be drawn ends that page and no other.
                    page.Refusal = e.Refusal;
                    Changed?.Invoke();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // ReadAsync marks the pages that are left.
        }
#pragma warning disable CA1031 // Whatever keeps pages from being drawn must show on them, not end in a silent task.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Log.DrawingFailed(_logger, Id, e);
            foreach (PilePage page in Pages.Where(page => page.Document is null))
                page.Refusal ??= new DocumentRefusal(RefusalCode.Damaged, Name, Bytes, Request: Id);
        }
        drawn.Complete();
    }

    private static partial class Log
    {
        [LoggerMessage(3201, LogLevel.Error, "Pages of pile {Pile} could not be drawn.")]
        internal static partial void DrawingFailed(ILogger logger, string pile, Exception exception);
    }
}
