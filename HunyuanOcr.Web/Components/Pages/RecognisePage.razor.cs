using HunyuanOcr.Web.Components.Recognise;
using HunyuanOcr.Web.Documents;
using HunyuanOcr.Web.Hosting;
using HunyuanOcr.Web.Language;
using HunyuanOcr.Web.Recognise;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Radzen;

namespace HunyuanOcr.Web.Components.Pages;

/// <summary>The Recognise page: documents come in, are read, and stand beside their text. What it shows is the state of a run, or of a pile of them, on the server. What comes in stands in RecognisePage.Intake.cs, what is done with an answer in RecognisePage.Answer.cs, what else the browser tells it in RecognisePage.Browser.cs.</summary>
public sealed partial class RecognisePage : IAsyncDisposable
{
    private readonly OpenReading _reading;
    private DotNetObjectReference<RecognisePage>? _self;
    private StudioScript? _script;
    private PictureFeed? _feed;
    private ElementReference _canvas;
    private ReadingTask _task = new();
    private ReadingTask? _outdated;
    private SentFile? _sent;
    private DocumentRefusal? _refusal;
    private ResultTab? _tab;
    private string? _open;
    private string? _address;

    /// <summary>The picture as it was drawn last: pages of a pile come on other threads, and what the browser is told must be what stands there.</summary>
    private (string Picture, (int Width, int Height) Size) _drawn = ("", default);

    private string? _focus;
    private bool _keys;

    /// <summary>Draws at most ten times a second, however fast text comes.</summary>
    public RecognisePage() => _reading = new OpenReading(() => InvokeAsync(DrawOrFailAsync));

    /// <summary>The run in the page's address: a reload or a lost connection finds it again.</summary>
    [SupplyParameterFromQuery(Name = "run")]
    public string? RunId { get; set; }

    /// <summary>The pile in the page's address.</summary>
    [SupplyParameterFromQuery(Name = "pile")]
    public string? PileId { get; set; }

    [Inject]
    private RecogniseRuns Runs { get; set; } = null!;

    [Inject]
    private ReadingPiles Piles { get; set; } = null!;

    [Inject]
    private DocumentStore Documents { get; set; } = null!;

    [Inject]
    private StudioOptions Options { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    [Inject]
    private DialogService Dialogs { get; set; } = null!;

    [Inject]
    private NotificationService Notifications { get; set; } = null!;

    /// <summary>What there is to draw. From where on it is doubtful can be chosen anew without reading again.</summary>
    private RunView? View => _reading.View is { } view && view.Task.DoubtfulBelow != _task.DoubtfulBelow
        ? view with { Task = view.Task with { DoubtfulBelow = _task.DoubtfulBelow } }
        : _reading.View;

    private bool IsOpen => _reading.Name is not null || _sent is not null;

    private bool Running => _reading.Running;

    private string Title => IsOpen ? W.Format("pane.page", Name) : W["arrive.page"];

    private string Name => _reading.Name ?? _sent?.Name ?? "";

    private StoredDocument? Document => _reading.Document;

    private (int Width, int Height) Size => Document is { } document ? (document.Width, document.Height) : (_sent?.Width ?? 0, _sent?.Height ?? 0);

    private string PictureAddress => _sent?.Address ?? (Document is null ? "" : $"documents/{Document.Id}");

    private string About => _reading.Pile is { } pile ? $"{W.Count("pages.count", pile.Pages.Count)}, {Words.Bytes(pile.Bytes)}"
        : View is { Document: { } document } ? $"{W.Size(document.Width, document.Height)}, {Words.Bytes(document.Bytes)}"
        : $"{W.Size(_sent?.Width ?? 0, _sent?.Height ?? 0)}, {Words.Bytes(_sent?.Bytes ?? 0)}";

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _reading.Dispose();
        if (_script is not null)
            await _script.DisposeAsync();
        _self?.Dispose();
    }

    /// <inheritdoc/>
    protected override void OnInitialized() => _task = _task with { Fields = FieldPresets.Of("invoice", W), Target = Visitor.Language == PageLanguage.Chinese ? "zh" : "en" };

    /// <inheritdoc/>
    protected override void OnParametersSet()
    {
        // A parent may draw again at any time; only another address is news.
        string address = $"{RunId} {PileId}";
        if (address == _address)
            return;
        _address = address;
        if (PileId == _reading.Pile?.Id && (PileId is not null || RunId == _reading.Run?.Id))
            return;
        _reading.Leave();
        _sent = null;
        if (Visitor.Among(owner => Piles.Find(PileId, owner)) is { } pile)
            Attend(pile);
        else if (Visitor.Among(owner => Runs.Find(RunId, owner)) is { } run)
            Attend(run);
        else if (RunId is not null || PileId is not null)
            _refusal = new DocumentRefusal(RefusalCode.RunGone, "", 0);
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _script = new StudioScript(Js, "./" + Assets["studio.js"]);
            _feed = new PictureFeed(_script, W, Options.Engine.DoubtfulBelow);
            _self = DotNetObjectReference.Create(this);
            await _script.OpenAsync(_self);
        }
        if (_script is null || _feed is null)
            return;
        if (_focus is { } place)
        {
            _focus = null;
            await _script.FocusAsync(place);
        }
        await _feed.TellAsync(_canvas, _drawn.Picture, FormattableString.Invariant($"{View?.Id} {View?.Task.DoubtfulBelow}"), _drawn.Size, () => Boxed);
    }

    /// <summary>A browser that is slow to confirm holds drawings back: what is typed into a box that was drawn with the old task must not bring that task back.</summary>
    private void Ask(ReadingTask task) =>
        _task = _outdated is { } old && task with { Prompt = old.Prompt } == old ? _task with { Prompt = task.Prompt } : task;

    private void ShowMenu(string? menu)
    {
        _open = menu;
        if (menu == "options")
            _focus = ".optf";
    }

    private void Open(RecogniseRun run)
    {
        Attend(run);
        Navigation.NavigateTo($"/?run={run.Id}");
        StateHasChanged();
    }

    private void Open(ReadingPile pile)
    {
        _sent = null;
        Attend(pile);
        Navigation.NavigateTo($"/?pile={pile.Id}");
        StateHasChanged();
    }

    private void ShowPage(int number)
    {
        _reading.Choose(number);
        FollowPile();
        StateHasChanged();
    }

    private void Cancel()
    {
        if (_reading.Cancel())
            return;
        _ = _script?.StopSendingAsync();
        New();
    }

    private void New()
    {
        _reading.Leave();
        _sent = null;
        _refusal = null;
        _open = null;
        Navigation.NavigateTo("/");
        StateHasChanged();
    }

    private void Show(DocumentRefusal refusal)
    {
        _reading.Leave();
        _sent = null;
        _refusal = refusal;
        _focus = ".fault .acts";
        if (RunId is not null || PileId is not null)
            Navigation.NavigateTo("/");
        StateHasChanged();
    }

    private void Attend(RecogniseRun run)
    {
        _reading.Show(run);
        Take(run);
    }

    private void Attend(ReadingPile pile)
    {
        _reading.Show(pile);
        _task = pile.Task;
        _refusal = null;
        FollowPile();
    }

    /// <summary>Another run is on the screen: what would be asked next is what it was asked.</summary>
    private void Take(RecogniseRun run)
    {
        if (!run.Task.AsksAs(_task) && _tab is { } tab && !ResultTabs.Of(run.Task.Kind).Contains(tab))
            _tab = null;
        _task = run.Task with { Fields = run.Task.Fields.Count > 0 ? run.Task.Fields : _task.Fields };
        _refusal = null;
        Draw();
    }

    private void FollowPile()
    {
        if (_reading.Follow() is { } run)
            Take(run);
    }

    /// <summary>A drawing that the clock asked for has no caller: an error in it must reach the circuit like any other.</summary>
    private async Task DrawOrFailAsync()
    {
        try
        {
            FollowPile();
            Draw();
        }
#pragma warning disable CA1031 // Handed on to the circuit, which logs it and tells the browser.
        catch (Exception e)
#pragma warning restore CA1031
        {
            await DispatchExceptionAsync(e);
        }
    }

    private void Draw()
    {
        RunView? view = _reading.Look();
        // A picture that nothing can be read from is refused like one that was never taken: there is nothing else to show.
        if (_reading.Pile is null && view is { Phase: RunPhase.Failed, Fault.Refusal: { } refusal, Lines.Count: 0 })
            Show(refusal with { Request = view.Id });
        else
            StateHasChanged();
    }
}
