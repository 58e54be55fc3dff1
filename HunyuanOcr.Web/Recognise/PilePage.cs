using HunyuanOcr.Web.Documents;

namespace HunyuanOcr.Web.Recognise;

/// <summary>Where a page of a pile is.</summary>
public enum PageState
{
    /// <summary>Its turn has not come.</summary>
    Waiting,

    /// <summary>It is being read.</summary>
    Reading,

    /// <summary>It was read.</summary>
    Done,

    /// <summary>It was read, with doubtful lines.</summary>
    Doubtful,

    /// <summary>It could not be read.</summary>
    Failed,

    /// <summary>It was cancelled before its end.</summary>
    Cancelled,
}

/// <summary>A page of a pile: known by its number from the start, a document as soon as it is drawn, a run as soon as its turn comes.</summary>
public sealed class PilePage(int number)
{
    /// <summary>From 1.</summary>
    internal int Number { get; } = number;

    /// <summary>Its picture; null until it is there.</summary>
    internal StoredDocument? Document { get; set; }

    /// <summary>Its reading; null until its turn comes.</summary>
    internal RecogniseRun? Run { get; set; }

    /// <summary>Why it has no picture.</summary>
    internal DocumentRefusal? Refusal { get; set; }

    /// <summary>The pile was cancelled before its turn.</summary>
    internal bool Cancelled { get; set; }

    /// <summary>Where it is now.</summary>
    internal PageState State => Refusal is not null ? PageState.Failed
        : Run is null ? Cancelled ? PageState.Cancelled : PageState.Waiting
        : Run.State;

    /// <summary>Its reading was deleted: nothing of it is shown any more.</summary>
    internal void Empty()
    {
        Cancelled = true;
        Run = null;
        Document = null;
    }
}
