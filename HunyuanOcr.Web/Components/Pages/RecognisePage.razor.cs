using System.Text;
using HunyuanOcr.Inference;
using HunyuanOcr.Web.Components.Recognise;
using HunyuanOcr.Web.Documents;
using HunyuanOcr.Web.Hosting;
using HunyuanOcr.Web.Language;
using HunyuanOcr.Web.Recognise;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Radzen;

namespace HunyuanOcr.Web.Components.Pages;

/// <summary>The Recognise page: a document comes in, is read, and stands beside its text. What it shows is the state of a run on the server.</summary>
public sealed partial class RecognisePage : IAsyncDisposable
{
    private readonly DrawThrottle _throttle;
    private DotNetObjectReference<RecognisePage>? _self;
    private StudioScript? _script;
    private ElementReference _canvas;
    private ReadingTask _task = new();
    private ReadingTask? _outdated;
    private RecogniseRun? _run;
    private RunView? _view;
    private Sent? _sent;
    private DocumentRefusal? _refusal;
    private string? _open;
    private string? _shown;
    private string? _address;
    private int _boxes;
    private bool _hasText;
    private bool _focusFault;
    private bool _keys;

    /// <summary>Draws at most ten times a second, however fast text comes.</summary>
    public RecognisePage() => _throttle = new DrawThrottle(() => InvokeAsync(DrawOrFailAsync), TimeProvider.System);

    /// <summary>The run in the page's address: a reload or a lost connection finds it again.</summary>
    [SupplyParameterFromQuery(Name = "run")]
    public string? RunId { get; set; }

    [Inject]
    private RecogniseRuns Runs { get; set; } = null!;

    [Inject]
    private DocumentStore Documents { get; set; } = null!;

    [Inject]
    private SampleGallery Gallery { get; set; } = null!;

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

    private bool Running => _view is null or { IsRunning: true };

    private bool CanReadAgain => _view is { IsRunning: false } view
        && (view.Phase is RunPhase.Failed or RunPhase.Cancelled || !_task.AsksAs(view.Task)) && (_task.Kind != TaskKind.Fields || _task.Fields.Count > 0);

    private string Title => _view is null && _sent is null ? W["arrive.page"] : W.Format("pane.page", Name);

    private string Name => _view?.Document.Name ?? _sent?.Name ?? "";

    private string PictureAddress => _sent?.Address ?? (_view is null ? "" : $"documents/{_view.Document.Id}");

    private string About
    {
        get
        {
            (int width, int height, long bytes) = _view is { Document: { } document } ? (document.Width, document.Height, document.Bytes) : (_sent?.Width ?? 0, _sent?.Height ?? 0, _sent?.Bytes ?? 0);
            return $"{W.Size(width, height)}, {Words.Bytes(bytes)}";
        }
    }

    /// <summary>The browser shows a picture that is still on its way.</summary>
    [JSInvokable]
    public void Previewed(string name, long bytes, string address, int width, int height)
    {
        _run?.Cancel();
        Leave();
        _refusal = null;
        _sent = new Sent(name, bytes, address, width, height);
        _view = null;
        StateHasChanged();
    }

    /// <summary>A document has arrived: reading starts at once.</summary>
    [JSInvokable]
    public void Uploaded(int status, DocumentEndpoints.Described taken)
    {
        if (taken is null || Documents.Find(taken.Id, Visitor.Owner) is not { } document)
            Show(new DocumentRefusal(RefusalCode.NotSent, taken?.Name ?? "", taken?.Bytes ?? 0, Detail: status.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        else
            Read(document);
    }

    /// <summary>A document was not taken.</summary>
    [JSInvokable]
    public void Refused(int status, DocumentRefusal refusal) =>
        Show(refusal.Code == RefusalCode.TooLarge ? refusal with { Limit = Options.Limits.MaxUploadBytes } : refusal);

    /// <summary>Several files came at once.</summary>
    [JSInvokable]
    public void TooManyFiles(int count) => Show(new DocumentRefusal(RefusalCode.TooMany, "", 0, Found: count));

    /// <summary>The clipboard gave nothing: it is empty, or only the keys may read it.</summary>
    [JSInvokable]
    public void PasteFailed(string why) =>
        Notifications.Notify(NotificationSeverity.Info, W[why == "keys" ? "paste.keys" : "paste.empty"], duration: 6000);

    /// <summary>Esc closes the list of keys or a menu, else cancels a run.</summary>
    [JSInvokable]
    public async Task Escape()
    {
        if (_keys)
        {
            Dialogs.Close();
        }
        else if (_open is not null)
        {
            string menu = _open;
            _open = null;
            StateHasChanged();
            await (_script?.FocusAsync($".{menu}-btn") ?? ValueTask.CompletedTask);
        }
        else if (_view is not null || _sent is not null)
        {
            Cancel();
        }
    }

    /// <summary>A prefix was typed into the prompt or among the fields: it switches the task, and typing goes on in the box that belongs to it.</summary>
    [JSInvokable]
    public async Task Prefixed(string prefix)
    {
        if (TaskPrefix.Split(prefix).Kind is not { } kind || (Running && _view is not null))
            return;
        bool other = (kind == TaskKind.Fields) != (_task.Kind == TaskKind.Fields);
        _outdated = _task;
        _task = _task with { Kind = kind };
        StateHasChanged();
        if (other && _script is not null)
            await _script.FocusAsync(kind == TaskKind.Fields ? ".add-key" : ".prompt");
    }

    /// <summary>? lists the keys.</summary>
    [JSInvokable]
    public async Task ShowKeys()
    {
        if (_keys)
            return;
        _keys = true;
        // Esc is the page's own: it must work from the first moment, before the dialog has taken the focus.
        await Dialogs.OpenAsync<KeysDialog>(W["keys.title"], new Dictionary<string, object?>(), new DialogOptions { Width = "min(640px, 94vw)", CloseDialogOnEsc = false, CloseDialogOnOverlayClick = true });
        _keys = false;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Leave();
        _throttle.Dispose();
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
        if (RunId == _address)
            return;
        _address = RunId;
        if (RunId == _run?.Id)
            return;
        Leave();
        _sent = null;
        if (Runs.Find(RunId, Visitor.Owner) is { } run)
            Attend(run);
        else if (RunId is not null)
            _refusal = new DocumentRefusal(RefusalCode.RunGone, "", 0);
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _script = new StudioScript(Js, "./" + Assets["studio.js"]);
            _self = DotNetObjectReference.Create(this);
            await _script.OpenAsync(_self);
        }
        if (_script is null)
            return;
        if (_focusFault)
        {
            _focusFault = false;
            await _script.FocusAsync(".fault .acts");
        }
        await DrawPictureAsync(_script);
    }

    /// <summary>Tells the viewer what came since the last drawing: a picture, boxes, the end.</summary>
    private async Task DrawPictureAsync(StudioScript script)
    {
        RunView? view = _view;
        string? wanted = _sent is null && view is null ? null : $"{PictureAddress} {view?.Id}";
        bool trimmed = view is { IsRunning: false } && view.Lines.Count < _boxes;
        if (wanted != _shown || trimmed)
        {
            _shown = wanted;
            _boxes = 0;
            if (wanted is null)
                await script.ClosePictureAsync();
            else
                await script.ShowPictureAsync(_canvas, view?.Document.Width ?? _sent!.Width, view?.Document.Height ?? _sent!.Height);
        }
        // While the browser was busy a newer drawing may have told it more, or gone to another picture.
        view = _view;
        if (view is null || wanted != _shown || view.Lines.Count < _boxes)
            return;
        int from = _boxes;
        _boxes = view.Lines.Count;
        await script.DrawnAsync(view.Lines.Skip(from).Select((line, index) => Box(line, from + index + 1)).OfType<object[]>(), view.IsRunning);
    }

    private object[]? Box(OcrLine line, int number)
    {
        if (line.Box is not { } box)
            return null;
        string label = line.Confidence < Sureness.Sure ? W.Format("pane.label_doubt", number, Words.Percent(line.Confidence)) : W.Format("pane.label", number);
        return [number, Sureness.Of(line.Confidence, Options.Engine.DoubtfulBelow), box.Left, box.Top, box.Right, box.Bottom, label];
    }

    /// <summary>A browser that is slow to confirm holds drawings back: what is typed into a box that was drawn with the old task must not bring that task back.</summary>
    private void Ask(ReadingTask task) =>
        _task = _outdated is { } old && task with { Prompt = old.Prompt } == old ? _task with { Prompt = task.Prompt } : task;

    private void ShowMenu(string? menu) => _open = menu;

    private void Read(StoredDocument document)
    {
        // What the browser showed of this very file stays; of another file it must not.
        if (_sent is { } sent && (sent.Name != document.Name || sent.Bytes != document.Bytes))
            _sent = null;
        _run?.Cancel();
        RecogniseRun run = Runs.Start(document, _task);
        Attend(run);
        Navigation.NavigateTo($"/?run={run.Id}");
        StateHasChanged();
    }

    private void ReadAgain()
    {
        _open = null;
        if (_view is { } view)
            Read(view.Document);
    }

    private async Task ReadSampleAsync(Sample sample)
    {
        _task = _task with { Kind = sample.Kind, Prompt = "", Fields = sample.Fields is { Count: > 0 } fields ? fields : _task.Fields, Target = sample.Target ?? _task.Target };
        try
        {
            await using Stream picture = Gallery.Open(sample);
            StoredDocument document = await Documents.SaveAsync(Visitor.Owner, sample.File, picture, CancellationToken.None);
            _sent = null;
            Read(document);
        }
        catch (DocumentRefusedException e)
        {
            Show(e.Refusal);
        }
    }

    private void Cancel()
    {
        if (_run is not null)
        {
            _run.Cancel();
            return;
        }
        _ = _script?.StopSendingAsync();
        New();
    }

    private void New()
    {
        Leave();
        _sent = null;
        _refusal = null;
        _open = null;
        Navigation.NavigateTo("/");
        StateHasChanged();
    }

    private void Show(DocumentRefusal refusal)
    {
        Leave();
        _sent = null;
        _refusal = refusal;
        _focusFault = true;
        if (RunId is not null)
            Navigation.NavigateTo("/");
        StateHasChanged();
    }

    private void Attend(RecogniseRun run)
    {
        Leave();
        _run = run;
        _task = run.Task;
        _refusal = null;
        _hasText = run.HasText;
        run.Changed += RunChanged;
        Draw();
    }

    private void Leave()
    {
        if (_run is null)
            return;
        _run.Changed -= RunChanged;
        _run = null;
        _view = null;
    }

    /// <summary>On any thread. The first text is what people wait for: it is drawn at once.</summary>
    private void RunChanged()
    {
        if (!_hasText && _run is { HasText: true })
        {
            _hasText = true;
            _throttle.AskNow();
        }
        else
        {
            _throttle.Ask();
        }
    }

    /// <summary>A drawing that the clock asked for has no caller: an error in it must reach the circuit like any other.</summary>
    private async Task DrawOrFailAsync()
    {
        try
        {
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
        if (_run is null)
            return;
        _view = _run.View();
        // A picture that nothing can be read from is refused like one that was never taken: there is nothing else to show.
        if (_view is { Phase: RunPhase.Failed, Fault.Refusal: { } refusal, Lines.Count: 0 })
            Show(refusal with { Request = _view.Id });
        else
            StateHasChanged();
        // Times go on while nothing comes.
        if (_view is { IsRunning: true })
            _throttle.AskLater();
    }

    private async Task CopyAsync(bool json)
    {
        if (_view is null || _script is null)
            return;
        bool done = await _script.CopyAsync(json ? Encoding.UTF8.GetString(RunDownloads.Json(_view)) : RunDownloads.Text(_view));
        Notifications.Notify(done ? NotificationSeverity.Success : NotificationSeverity.Warning, W[done ? "copy.done" : "copy.failed"], duration: 3000);
    }

    private async Task GoToAsync(int line)
    {
        if (_script is not null)
            await _script.GoToAsync(line);
    }

    /// <summary>A file on its way to the server, as the browser shows it.</summary>
    private sealed record Sent(string Name, long Bytes, string Address, int Width, int Height);
}
