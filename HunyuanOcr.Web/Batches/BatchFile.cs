using HunyuanOcr.Web.Persistence;
using HunyuanOcr.Web.Recognise;

namespace HunyuanOcr.Web.Batches;

/// <summary>A file of a batch as the page draws it: all its pages in one line. Equal ones look the same, so only those that changed are drawn again.</summary>
public sealed record BatchFile
{
    internal string Id { get; init; } = "";

    internal int Position { get; init; }

    internal string Name { get; init; } = "";

    internal long Bytes { get; init; }

    /// <summary>Whether its pages are counted for people.</summary>
    internal bool IsPdf { get; init; }

    internal int Pages { get; init; }

    /// <summary>Pages that have ended, one way or another.</summary>
    internal int Ended { get; init; }

    /// <summary>Pages that were read.</summary>
    internal int Read { get; init; }

    internal BatchItemState State { get; init; }

    internal int Lines { get; init; }

    internal int Doubtful { get; init; }

    internal double Seconds { get; init; }

    /// <summary>The worst of its pages' notes.</summary>
    internal string Notes { get; init; } = "";

    /// <summary>Why its first failed page failed.</summary>
    internal RunFault? Fault { get; init; }

    internal int? FaultPage { get; init; }

    /// <summary>Whether trying again could help: the file is here, and something else than the file is at fault on one page at least.</summary>
    internal bool CanRetry { get; init; }

    /// <summary>What its thumbnail is made of; null until a page was drawn.</summary>
    internal string? PictureId { get; init; }

    /// <summary>The run that its name opens.</summary>
    internal string? RunId { get; init; }

    /// <summary>Files that come before it while it waits.</summary>
    internal int Ahead { get; init; }

    /// <summary>Whether it was read with something to look at.</summary>
    internal bool HasNotes => State == BatchItemState.Done && (Doubtful > 0 || Notes.Length > 0);

    /// <param name="pages">Of one file, in order.</param>
    /// <param name="soFar">Of a page that is being read: its lines, and since how many seconds.</param>
    internal static BatchFile Of(IReadOnlyList<BatchItem> pages, Func<string, (int Lines, double Seconds)> soFar)
    {
        BatchItem first = pages[0];
        (RunFault? Fault, int? Page)[] faults = [.. pages.Where(page => page.State == BatchItemState.Failed).Select(page => (BatchFaultWords.Read(page.Fault), page.Page))];
        (int Lines, double Seconds)[] read = [.. pages.Select(page => page.State == BatchItemState.Reading ? soFar(page.Id) : (page.Lines, page.Seconds))];
        int ended = pages.Count(page => page.State is not (BatchItemState.Waiting or BatchItemState.Reading));
        bool reading = pages.Any(page => page.State == BatchItemState.Reading), waiting = ended < pages.Count;
        return new()
        {
            Id = first.FileId,
            Position = first.Position,
            Name = first.FileName,
            Bytes = first.Bytes,
            IsPdf = first.Page is not null,
            Pages = pages.Count,
            Ended = ended,
            Read = pages.Count(page => page.State == BatchItemState.Done),
            State = reading ? BatchItemState.Reading : waiting ? BatchItemState.Waiting : faults.Length > 0 ? BatchItemState.Failed
                : pages.Any(page => page.State == BatchItemState.Cancelled) ? BatchItemState.Cancelled : BatchItemState.Done,
            Lines = read.Sum(page => page.Lines),
            Doubtful = pages.Sum(page => page.Doubtful),
            Seconds = read.Sum(page => page.Seconds),
            Notes = pages.Select(page => page.Notes).FirstOrDefault(note => note.Length > 0) ?? "",
            Fault = faults.FirstOrDefault().Fault,
            FaultPage = faults.FirstOrDefault().Page,
            CanRetry = first.DocumentId is not null && !(faults.Length > 0 && faults.All(page => page.Fault is { IsOfFile: true })),
            PictureId = first.PictureId,
            RunId = pages.FirstOrDefault(page => page.RunId is not null && page.State is BatchItemState.Done or BatchItemState.Failed)?.RunId,
        };
    }
}
