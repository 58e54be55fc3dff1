using HunyuanOcr.Web.Recognise;

namespace HunyuanOcr.Web.Persistence;

/// <summary>How a list of runs is sorted.</summary>
public enum RunOrder
{
    /// <summary>Latest first.</summary>
    Newest,

    /// <summary>Earliest first.</summary>
    Oldest,

    /// <summary>By file name.</summary>
    Name,
}

/// <summary>Which runs a list shows.</summary>
/// <param name="Text">Words that must all stand in file name or text, in any case.</param>
/// <param name="Task">One task; null is every one.</param>
/// <param name="State">One state; null is every one.</param>
/// <param name="Days">The last so many days; 0 is every day.</param>
/// <param name="Order">In which order.</param>
internal sealed record RunFilter(string Text = "", TaskKind? Task = null, RunState? State = null, int Days = 0, RunOrder Order = RunOrder.Newest)
{
    /// <summary>More words cost time and narrow nothing.</summary>
    private const int MostWords = 8;

    /// <summary>The words, in lower case.</summary>
    internal IReadOnlyList<string> Words => [.. Text.ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Distinct().Take(MostWords)];

    /// <summary>Whether it leaves anything out.</summary>
    internal bool Narrows => Words.Count > 0 || Task is not null || State is not null || Days > 0;

    /// <summary>The runs of an owner that it lets through, unsorted; deleted ones never.</summary>
    internal IQueryable<Run> Apply(IQueryable<Run> runs, string owner, DateTimeOffset now)
    {
        runs = runs.Where(run => run.Owner == owner && run.DeletedAt == null);
        foreach (string word in Words)
            runs = runs.Where(run => run.SearchText.Contains(word));
        if (Task is { } task)
            runs = runs.Where(run => run.Task == task);
        if (State is { } state)
            runs = runs.Where(run => run.State == state);
        if (Days > 0)
        {
            DateTimeOffset since = now.AddDays(-Days);
            runs = runs.Where(run => run.CreatedAt >= since);
        }
        return runs;
    }

    /// <summary>In its order; equal ones by id, so that pages neither repeat nor leave out a run.</summary>
    internal IQueryable<Run> Sort(IQueryable<Run> runs) => Order switch
    {
        RunOrder.Oldest => runs.OrderBy(run => run.CreatedAt).ThenBy(run => run.Id),
        RunOrder.Name => runs.OrderBy(run => run.FileName).ThenByDescending(run => run.CreatedAt).ThenBy(run => run.Id),
        _ => runs.OrderByDescending(run => run.CreatedAt).ThenByDescending(run => run.Id),
    };
}
