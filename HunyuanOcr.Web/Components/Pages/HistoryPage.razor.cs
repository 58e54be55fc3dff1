using System.Globalization;
using HunyuanOcr.Web.Components.History;
using HunyuanOcr.Web.Hosting;
using HunyuanOcr.Web.Language;
using HunyuanOcr.Web.Persistence;
using HunyuanOcr.Web.Recognise;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Radzen;

namespace HunyuanOcr.Web.Components.Pages;

/// <summary>Every run of the visitor: found again, opened, shared, deleted.</summary>
public sealed partial class HistoryPage : IAsyncDisposable
{
    private const int PageSize = 50;

    /// <summary>Between a key, or a run that was kept, and the question to the database: more of them may follow.</summary>
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(250);

    private RunFilter _filter = new();
    private IReadOnlyList<RunSummary>? _runs;
    private IReadOnlyList<string> _words = [];
    private SheetScript? _script;
    private TimeZoneInfo _zone = TimeZoneInfo.Utc;
    private (DateTimeOffset Moment, int Count)? _undo;
    private string? _link;
    private string? _fault;
    private long _bytes;
    private int _count;
    private int _skip;
    private int _question;
    private int _news;
    private bool _byKey;
    private bool _gone;

    [Inject]
    private RunHistory History { get; set; } = null!;

    [Inject]
    private RunKeeper Keeper { get; set; } = null!;

    [Inject]
    private RecogniseRuns Runs { get; set; } = null!;

    [Inject]
    private ReadingPiles Piles { get; set; } = null!;

    [Inject]
    private StudioOptions Options { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    [Inject]
    private IHostApplicationLifetime Lifetime { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private NotificationService Notifications { get; set; } = null!;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    /// <summary>Whose runs are shown: the browser's, or those that the API read for the key that it is signed in with.</summary>
    private string Owner => _byKey && Visitor.Key is { } key ? key : Visitor.Owner;

    private string DownloadAddress => "/history/download" + HistoryDownload.Query(_filter, _byKey);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _gone = true;
        Keeper.Kept -= Heard;
        return _script?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
            return;
        // Not before the browser is there: only it knows what "today" is.
        _script = new SheetScript(Js, "./" + Assets["studio.js"]);
        _zone = await _script.OpenAsync();
        // Who has left meanwhile must not be held by the keeper for good.
        if (_gone)
            return;
        Keeper.Kept += Heard;
        await LoadAsync();
        StateHasChanged();
    }

    private async Task LoadAsync()
    {
        int question = ++_question;
        try
        {
            (IReadOnlyList<RunSummary> runs, int count) = await History.ListAsync(Owner, _filter, _skip, PageSize);
            long bytes = await History.BytesAsync(Owner);
            // A later question may have been answered first.
            if (question != _question)
                return;
            if (runs.Count == 0 && _skip > 0)
            {
                _skip = 0;
                await LoadAsync();
                return;
            }
            (_runs, _words, _count, _bytes, _fault) = (runs, _filter.Words, count, bytes, null);
        }
        catch (Exception e) when (DatabaseFaults.IsOf(e))
        {
            _fault = DatabaseFaults.Kind(e);
        }
    }

    /// <summary>A reading that went on elsewhere has ended: it stands in the list without a reload.</summary>
    private void Heard(string owner)
    {
        if (owner == Owner && Interlocked.Exchange(ref _news, 1) == 0)
            _ = InvokeAsync(LookAgainAsync);
    }

    private async Task LookAgainAsync()
    {
        await Task.Delay(_pause);
        Interlocked.Exchange(ref _news, 0);
        // Circuits outlive the server's stop by a moment; its database must not be opened again then.
        if (_gone || Lifetime.ApplicationStopping.IsCancellationRequested)
            return;
        await LoadAsync();
        StateHasChanged();
    }

    private Task FilterAsync(RunFilter filter)
    {
        _filter = filter;
        _skip = 0;
        return LoadAsync();
    }

    private async Task SearchAsync(string? text)
    {
        _filter = _filter with { Text = text ?? "" };
        int question = ++_question;
        await Task.Delay(_pause);
        if (question == _question)
            await FilterAsync(_filter);
    }

    private Task TaskAsync(ChangeEventArgs e) => FilterAsync(_filter with { Task = Enum.TryParse(e.Value as string, out TaskKind kind) ? kind : null });

    private Task StateAsync(ChangeEventArgs e) => FilterAsync(_filter with { State = Enum.TryParse(e.Value as string, out RunState state) ? state : null });

    private Task DaysAsync(ChangeEventArgs e) => FilterAsync(_filter with { Days = int.TryParse(e.Value as string, CultureInfo.InvariantCulture, out int days) ? days : 0 });

    private Task OrderAsync(ChangeEventArgs e) => FilterAsync(_filter with { Order = Enum.TryParse(e.Value as string, out RunOrder order) ? order : RunOrder.Newest });

    private Task SourceAsync(ChangeEventArgs e)
    {
        _byKey = e.Value is "key";
        _undo = null;
        _link = null;
        return FilterAsync(_filter);
    }

    private Task TurnAsync(int step)
    {
        int skip = _skip + (step * PageSize);
        if (skip < 0 || skip >= _count)
            return Task.CompletedTask;
        _skip = skip;
        return LoadAsync();
    }

    /// <param name="run">This one; null is every one that the filter shows.</param>
    private Task DeleteAsync(RunSummary? run) => ChangeAsync(async () =>
    {
        (DateTimeOffset moment, IReadOnlyList<string> ids) = await History.DeleteAsync(Owner, _filter, run?.Id);
        foreach (string id in ids)
        {
            Runs.Remove(id);
            Piles.Remove(id);
        }
        _link = null;
        _undo = (moment, ids.Count);
    });

    private Task UndoAsync() => ChangeAsync(async () =>
    {
        if (_undo is { } undo)
            await History.RestoreAsync(Owner, undo.Moment);
        _undo = null;
    });

    private Task ShareAsync(RunSummary run) => ChangeAsync(async () =>
    {
        _undo = null;
        _link = await History.ShareAsync(Owner, run.Id) is { } token ? Navigation.ToAbsoluteUri("shared/" + token).ToString() : null;
    });

    private Task UnshareAsync(RunSummary run) => ChangeAsync(async () =>
    {
        await History.UnshareAsync(Owner, run.Id);
        _link = null;
        Notifications.Notify(NotificationSeverity.Success, W["history.unshared"], duration: 4000);
    });

    private Task PinAsync(RunSummary run) => ChangeAsync(() => History.PinAsync(Owner, run.Id, !run.Pinned));

    private async Task ChangeAsync(Func<Task> change)
    {
        try
        {
            await change();
            await LoadAsync();
        }
        catch (Exception e) when (DatabaseFaults.IsOf(e))
        {
            _fault = DatabaseFaults.Kind(e);
        }
    }

    private async Task CopyLinkAsync()
    {
        bool done = _script is not null && _link is not null && await _script.CopyAsync(_link);
        Notifications.Notify(done ? NotificationSeverity.Success : NotificationSeverity.Warning, W[done ? "copy.done" : "copy.failed"], duration: 3000);
    }

    private DateTime Local(DateTimeOffset moment) => TimeZoneInfo.ConvertTime(moment, _zone).DateTime;

    /// <summary>By day while the order is by day.</summary>
    private IEnumerable<IGrouping<string, RunSummary>> Days()
    {
        DateTime today = Local(Time.GetUtcNow()).Date;
        return (_runs ?? []).GroupBy(run => _filter.Order == RunOrder.Name ? W["history.order.Name"] : Local(run.CreatedAt).Date is var day && day == today ? W["history.today"]
            : day == today.AddDays(-1) ? W["history.yesterday"] : W.Date(day));
    }
}
