using HunyuanOcr.Web.Batches;
using HunyuanOcr.Web.Components.Batches;
using HunyuanOcr.Web.Documents;
using HunyuanOcr.Web.Language;
using HunyuanOcr.Web.Persistence;
using HunyuanOcr.Web.Recognise;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.JSInterop;

namespace HunyuanOcr.Web.Components.Pages;

/// <summary>Many files with one task. What it shows are rows of the database; files come by HTTP, and the batch goes on without the page.</summary>
public sealed partial class BatchPage : IAsyncDisposable
{
    private const string Accept = "image/jpeg,image/png,image/webp,image/tiff,image/gif,.jpg,.jpeg,.png,.webp,.tif,.tiff,.gif,application/pdf,.pdf,application/zip,.zip";

    /// <summary>Most refusals that are shown.</summary>
    private const int MostNotes = 5;

    /// <summary>How often a batch that works is looked at: lines come, and other servers change it.</summary>
    private static readonly TimeSpan _beat = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _gone = new();
    private readonly List<DocumentRefusal> _notSent = [];
    private readonly SemaphoreSlim _look = new(1, 1);
    private DotNetObjectReference<BatchPage>? _self;
    private BatchScript? _script;
    private BatchWatch? _watch;
    private BatchView? _view;
    private IReadOnlyList<BatchSummary>? _batches;
    private TimeZoneInfo _zone = TimeZoneInfo.Utc;
    private ReadingTask _task = new();
    private SendingFiles? _sending;
    private string? _shown;
    private string? _fault;
    private bool _loaded;
    private bool _needsFields;
    private bool _removed;
    private int _news;

    /// <summary>The batch in the address; null shows the start.</summary>
    [Parameter]
    public string? Id { get; set; }

    [Inject]
    private BatchStore Store { get; set; } = null!;

    [Inject]
    private BatchNews News { get; set; } = null!;

    [Inject]
    private BatchPageReader Reader { get; set; } = null!;

    [Inject]
    private IDbContextFactory<StudioDatabase> Databases { get; set; } = null!;

    [Inject]
    private TimeProvider Time { get; set; } = null!;

    [Inject]
    private IHostApplicationLifetime Lifetime { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    /// <summary>Files were chosen or dropped.</summary>
    /// <returns>The batch that they belong to, and the place of the first one in it; null where it cannot begin yet.</returns>
    [JSInvokable]
    public async Task<ChosenBatch?> FilesChosen(int count)
    {
        _removed = false;
        if (_view is { } view)
            return new(view.Batch.Id, view.Files.Count == 0 ? 0 : view.Files.Max(file => file.Position) + 1);
        _needsFields = _task is { Kind: TaskKind.Fields, Fields.Count: 0 };
        StateHasChanged();
        if (_needsFields || Id is not null)
            return null;
        try
        {
            DateTime today = TimeZoneInfo.ConvertTime(Time.GetUtcNow(), _zone).DateTime;
            Batch batch = await Store.CreateAsync(Visitor.Owner, W.Format("batch.name", W.Day(today)), _task);
            Navigation.NavigateTo("/batch/" + batch.Id);
            return new(batch.Id, 0);
        }
        catch (Exception e) when (DatabaseFaults.IsOf(e))
        {
            _fault = DatabaseFaults.Kind(e);
            StateHasChanged();
            return null;
        }
    }

    /// <summary>How far the sending is; an empty name ends it.</summary>
    /// <param name="number">This one is on its way.</param>
    /// <param name="total">Of so many.</param>
    /// <param name="name">Its name.</param>
    /// <param name="stuck">Files that wait for a server that does not answer.</param>
    [JSInvokable]
    public void Sending(int number, int total, string name, int stuck)
    {
        _sending = name.Length == 0 ? null : new(number, total, name, stuck);
        StateHasChanged();
    }

    /// <summary>A file was not taken into the batch at all.</summary>
    [JSInvokable]
    public void NotSent(string name, DocumentRefusal refusal)
    {
        _notSent.Add(refusal with { Name = name });
        if (_notSent.Count > MostNotes)
            _notSent.RemoveAt(0);
        StateHasChanged();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        News.Changed -= Heard;
        await _gone.CancelAsync();
        if (_script is not null)
            await _script.DisposeAsync();
        _self?.Dispose();
        _gone.Dispose();
    }

    /// <inheritdoc/>
    protected override void OnInitialized() => _task = _task with { Fields = FieldPresets.Of("invoice", W), Target = Visitor.Language == PageLanguage.Chinese ? "zh" : "en" };

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        if (_script is not null && Id != _shown)
            await LoadAsync();
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender)
            return;
        _self = DotNetObjectReference.Create(this);
        _script = new BatchScript(Js, "./" + Assets["studio.js"]);
        News.Changed += Heard;
        await LoadAsync();
        _zone = await _script.OpenAsync(_self);
        StateHasChanged();
        _ = BeatAsync();
    }

    private async Task LoadAsync()
    {
        _shown = Id;
        _view = null;
        _loaded = false;
        _watch = Id is null ? null : new(Databases, Reader, Time, Visitor.Owner, Id);
        await LookAsync();
        _loaded = true;
        StateHasChanged();
    }

    private async Task LookAsync()
    {
        await _look.WaitAsync();
        try
        {
            if (_watch is { } watch)
            {
                BatchView? view = await watch.LookAsync();
                if (watch == _watch)
                    _view = view;
            }
            else
            {
                _batches = await Store.ListAsync(Visitor.Owner);
            }
            _fault = null;
        }
        catch (Exception e) when (DatabaseFaults.IsOf(e))
        {
            _fault = DatabaseFaults.Kind(e);
        }
        finally
        {
            _look.Release();
        }
    }

    /// <summary>Looks once a second while something works or was heard, and every few seconds else.</summary>
    private async Task BeatAsync()
    {
        // Circuits outlive the server's stop by a moment; its database must not be opened again then.
        using CancellationTokenSource ends = CancellationTokenSource.CreateLinkedTokenSource(_gone.Token, Lifetime.ApplicationStopping);
        using PeriodicTimer timer = new(_beat, Time);
        try
        {
            for (int quiet = 0; await timer.WaitForNextTickAsync(ends.Token); quiet++)
            {
                bool heard = Interlocked.Exchange(ref _news, 0) == 1;
                if (!heard && _view is not { Works: true } && quiet < 5)
                    continue;
                quiet = 0;
                await InvokeAsync(async () =>
                {
                    await LookAsync();
                    StateHasChanged();
                });
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The page is gone.
        }
    }

    private void Heard(string batch)
    {
        if (batch == Id || Id is null)
            Interlocked.Exchange(ref _news, 1);
    }

    private async Task DoAsync(Func<BatchStore, Task> change)
    {
        try
        {
            await change(Store);
        }
        catch (Exception e) when (DatabaseFaults.IsOf(e))
        {
            _fault = DatabaseFaults.Kind(e);
            return;
        }
        await LookAsync();
    }

    private async Task RemoveAsync()
    {
        await StopAsync();
        await DoAsync(store => store.RemoveAsync(Id!, Visitor.Owner));
        _removed = true;
        Navigation.NavigateTo("/batch");
    }

    private Task ReplaceAsync(string file) => _script?.ChooseInsteadAsync(file).AsTask() ?? Task.CompletedTask;

    private Task StopAsync() => _script?.StopAsync().AsTask() ?? Task.CompletedTask;
}
