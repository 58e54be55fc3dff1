using HunyuanOcr.Web.Documents;
using HunyuanOcr.Web.Recognise;

namespace HunyuanOcr.Web.Components.Recognise;

/// <summary>What a page shows: one run, or a pile and the run of one of its pages.</summary>
/// <param name="draw">Draws the page; called on a thread of the clock, at most ten times a second.</param>
internal sealed class OpenReading(Func<Task> draw) : IDisposable
{
    private readonly RunWatch _watch = new(draw);
    private int? _chosen;

    /// <summary>The pile; null where the page shows a single run or none.</summary>
    internal ReadingPile? Pile { get; private set; }

    /// <summary>The run on the screen.</summary>
    internal RecogniseRun? Run => _watch.Run;

    /// <summary>What there is to draw of it.</summary>
    internal RunView? View => _watch.View;

    /// <summary>The page of the pile that is on the screen: the visitor's choice, else the one that is being read.</summary>
    internal PilePage? Page => Pile is null ? null : _chosen is { } chosen ? Pile.Pages[chosen - 1] : Pile.Current;

    /// <summary>Whether something is still being read.</summary>
    internal bool Running => View is { IsRunning: true } || (Pile is null ? View is null : Pile.Ended is null);

    /// <summary>The picture on the screen.</summary>
    internal StoredDocument? Document => View?.Document ?? Page?.Document;

    /// <summary>What it is called; null where nothing is shown.</summary>
    internal string? Name => Pile?.Name ?? View?.Document.Name;

    /// <summary>Where its files are: their addresses are this and the format.</summary>
    internal string Files => Pile is null ? $"runs/{View?.Id}" : $"piles/{Pile.Id}";

    /// <summary>Shows a run by itself.</summary>
    internal void Show(RecogniseRun run)
    {
        Leave();
        _watch.Attend(run);
    }

    /// <summary>Shows a pile; <see cref="Follow"/> then shows the run of its page.</summary>
    internal void Show(ReadingPile pile)
    {
        Leave();
        Pile = pile;
        pile.Changed += _watch.Ask;
    }

    /// <summary>Shows another run of the picture on the screen; a pile stays, and stays at this page.</summary>
    internal void Turn(RecogniseRun run)
    {
        _chosen = Page?.Number;
        _watch.Attend(run);
    }

    /// <summary>Stays at this page of the pile from now on.</summary>
    internal void Choose(int number) => _chosen = number;

    /// <summary>Shows the run of the pile's page, and none while it has none; gives back the run if it is another than before.</summary>
    internal RecogniseRun? Follow()
    {
        if (Page is not { } page)
            return null;
        if (page.Run is not { } run)
        {
            _watch.Leave();
            return null;
        }
        if (_watch.Run?.Document.Id == run.Document.Id)
            return null;
        _watch.Attend(run);
        return run;
    }

    /// <summary>Takes in what the run has now.</summary>
    internal RunView? Look() => _watch.Look();

    /// <summary>Ends what is being read; what was read stays.</summary>
    /// <returns>Whether there was anything to end.</returns>
    internal bool Cancel()
    {
        // In a pile the run on the screen may be another question than the pile's own.
        Pile?.Cancel();
        Run?.Cancel();
        return Pile is not null || Run is not null;
    }

    /// <summary>Shows nothing any more; readings go on.</summary>
    internal void Leave()
    {
        _watch.Leave();
        if (Pile is null)
            return;
        Pile.Changed -= _watch.Ask;
        Pile = null;
        _chosen = null;
    }

    public void Dispose()
    {
        Leave();
        _watch.Dispose();
    }
}
