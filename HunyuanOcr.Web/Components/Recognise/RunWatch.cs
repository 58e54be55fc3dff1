using HunyuanOcr.Web.Recognise;

namespace HunyuanOcr.Web.Components.Recognise;

/// <summary>The run that a page shows: hears of its changes on any thread and has the page drawn, at most ten times a second; the first text at once.</summary>
internal sealed class RunWatch : IDisposable
{
    private readonly DrawThrottle _throttle;
    private bool _hasText;

    /// <param name="draw">Draws the page; called on a thread of the clock.</param>
    internal RunWatch(Func<Task> draw) => _throttle = new DrawThrottle(draw, TimeProvider.System);

    /// <summary>The run; null where the page shows none.</summary>
    internal RecogniseRun? Run { get; private set; }

    /// <summary>What there is to draw of it.</summary>
    internal RunView? View { get; private set; }

    /// <summary>Shows this run from now on.</summary>
    internal void Attend(RecogniseRun run)
    {
        Leave();
        Run = run;
        _hasText = run.HasText;
        run.Changed += Heard;
        Look();
    }

    /// <summary>Shows no run any more; the run itself goes on.</summary>
    internal void Leave()
    {
        if (Run is null)
            return;
        Run.Changed -= Heard;
        Run = null;
        View = null;
    }

    /// <summary>Takes in what the run has now.</summary>
    internal RunView? Look()
    {
        if (Run is null)
            return null;
        View = Run.View();
        // Times go on while nothing comes.
        if (View.IsRunning)
            _throttle.AskLater();
        return View;
    }

    /// <summary>Something else on the page changed.</summary>
    internal void Ask() => _throttle.Ask();

    public void Dispose()
    {
        Leave();
        _throttle.Dispose();
    }

    private void Heard()
    {
        // The first text is what people wait for.
        if (!_hasText && Run is { HasText: true })
        {
            _hasText = true;
            _throttle.AskNow();
        }
        else
        {
            _throttle.Ask();
        }
    }
}
