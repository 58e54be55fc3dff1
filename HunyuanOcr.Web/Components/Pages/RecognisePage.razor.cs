using HunyuanOcr.Inference;
using HunyuanOcr.Web.Api;
using HunyuanOcr.Web.Components.Recognise;
using HunyuanOcr.Web.Documents;
using HunyuanOcr.Web.Documents.Pdf;
using HunyuanOcr.Web.Hosting;
using HunyuanOcr.Web.Language;
using HunyuanOcr.Web.Recognise;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using Radzen;

namespace HunyuanOcr.Web.Components.Pages;

/// <summary>The Recognise page: documents come in, are read, and stand beside their text. What it shows is the state of a run, or of a pile of them, on the server. What the browser tells it stands in RecognisePage.Browser.cs.</summary>
public sealed partial class RecognisePage : IAsyncDisposable
{
    private readonly RunWatch _watch;
    private DotNetObjectReference<RecognisePage>? _self;
    private StudioScript? _script;
    private PictureFeed? _feed;
    private ElementReference _canvas;
    private ReadingTask _task = new();
    private ReadingTask? _outdated;
    private ReadingPile? _pile;
    private int? _chosenPage;
    private SentFile? _sent;
    private DocumentRefusal? _refusal;
    private ResultTab? _tab;
    private string? _open;
    private string? _address;
    private bool _focusFault;
    private bool _keys;

    /// <summary>Draws at most ten times a second, however fast text comes.</summary>
    public RecognisePage() => _watch = new RunWatch(() => InvokeAsync(DrawOrFailAsync));

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
    private RemotePictures Remote { get; set; } = null!;

    [Inject]
    private PdfRenderer Pdfs { get; set; } = null!;

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

    private RunView? View => _watch.View;

    private bool IsOpen => View is not null || _sent is not null || _pile is not null;

    private bool Running => _pile is not null ? _pile.Ended is null : View is null or { IsRunning: true };

    private bool HasText => View is { IsRunning: false } && (View.Lines.Count > 0 || View.Result is { Text.Length: > 0 });

    private bool CanReadAgain => View is { IsRunning: false } view && !Running
        && (view.Phase is RunPhase.Failed or RunPhase.Cancelled || !_task.AsksAs(view.Task)) && (_task.Kind != TaskKind.Fields || _task.Fields.Count > 0);

    private ResultTab Tab => _tab is { } chosen && View is not null && ResultTabs.Of(View.Task.Kind).Contains(chosen) ? chosen : ResultTabs.First(View?.Task ?? _task);

    /// <summary>The page of the pile that is on the screen: the visitor's choice, else the one that is being read.</summary>
    private PilePage PageShown => _chosenPage is { } chosen ? _pile!.Pages[chosen - 1] : _pile!.Current;

    private string Title => IsOpen ? W.Format("pane.page", Name) : W["arrive.page"];

    private string Name => _pile?.Name ?? View?.Document.Name ?? _sent?.Name ?? "";

    private string Files => _pile is null ? $"runs/{View?.Id}" : $"piles/{_pile.Id}";

    private StoredDocument? Document => View?.Document ?? _pile?.Pages.ElementAtOrDefault(PageShown.Number - 1)?.Document;

    private (int Width, int Height) Size => Document is { } document ? (document.Width, document.Height) : (_sent?.Width ?? 0, _sent?.Height ?? 0);

    private string PictureAddress => _sent?.Address ?? (Document is null ? "" : $"documents/{Document.Id}");

    private string About => _pile is not null ? $"{W.Count("pages.count", _pile.Pages.Count)}, {Words.Bytes(_pile.Bytes)}"
        : View is { Document: { } document } ? $"{W.Size(document.Width, document.Height)}, {Words.Bytes(document.Bytes)}"
        : $"{W.Size(_sent?.Width ?? 0, _sent?.Height ?? 0)}, {Words.Bytes(_sent?.Bytes ?? 0)}";

    /// <summary>Lines of the picture from another reading, for the original beside a translation.</summary>
    private IReadOnlyList<OcrLine>? LinesRead => View is { IsRunning: false, Task.Kind: TaskKind.Translate }
        && Runs.Answer(View.Document, static task => task is { Kind: TaskKind.Read, Form: AnswerForm.Lines })?.View() is { IsRunning: false, Lines: { Count: > 0 } lines } ? lines : null;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Leave();
        _watch.Dispose();
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
        if (RunId == _watch.Run?.Id && PileId == _pile?.Id || PileId is not null && PileId == _pile?.Id)
            return;
        Leave();
        _sent = null;
        if (Piles.Find(PileId, Visitor.Owner) is { } pile)
            Attend(pile);
        else if (Runs.Find(RunId, Visitor.Owner) is { } run)
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
        if (_focusFault)
        {
            _focusFault = false;
            await _script.FocusAsync(".fault .acts");
        }
        string? picture = PictureAddress.Length == 0 ? null : $"{PictureAddress} {View?.Id}";
        await _feed.TellAsync(_canvas, picture, Size, () => View);
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
        _watch.Run?.Cancel();
        Open(Runs.Start(document, _task));
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

    private void ReadAgain()
    {
        _open = null;
        _tab = null;
        if (_pile is { } pile)
            Open(Piles.Start([.. pile.Pages.Where(page => page.Document is not null).Select(page => page.Document!)], _task));
        else if (View is { } view)
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

    /// <summary>A picture's address was given: the server fetches it, from allowed hosts only.</summary>
    private async Task FetchAsync(Uri address)
    {
        string name = Path.GetFileName(address.LocalPath) is { Length: > 0 } last ? last : address.Host;
        try
        {
            using MemoryStream file = new(await Remote.FetchAsync(new PictureSource(W["address.label"], default, address), Options.Limits.MaxUploadBytes, CancellationToken.None), writable: false);
            (IReadOnlyList<StoredDocument> taken, IReadOnlyList<DocumentRefusal> refused) = await Documents.TakeAsync(Visitor.Owner, name, file, Pdfs, CancellationToken.None);
            Arrived(taken, refused);
        }
        catch (ApiFaultException e)
        {
            Show(new DocumentRefusal(RefusalCode.NotFetched, name, 0, Detail: e.Fault.Message));
        }
        catch (DocumentRefusedException e)
        {
            Show(e.Refusal);
        }
    }

    /// <summary>A tab whose answer belongs to another run of the same picture shows that run, where there is one.</summary>
    private void ChooseTab(ResultTab tab)
    {
        _tab = tab;
        if (View is { } view && ResultTabs.Needs(tab, view.Task) is { } needed && !ResultTabs.Answers(view.Task, needed)
            && Runs.Answer(view.Document, task => ResultTabs.Answers(task, needed)) is { } other)
            Turn(other);
    }

    /// <summary>The same picture is asked something else; its vision is known, so that only the answer takes time.</summary>
    private void AskAnother(ReadingTask needed)
    {
        if (View is null)
            return;
        _tab = null;
        Turn(Runs.Start(View.Document, needed));
    }

    private void Turn(RecogniseRun run)
    {
        if (_pile is null)
        {
            Open(run);
            return;
        }
        // The pile stays in the address; another answer of one of its pages is only looked at.
        _chosenPage = PageShown.Number;
        Watch(run);
        StateHasChanged();
    }

    private void ShowPage(int number)
    {
        _chosenPage = number;
        FollowPile();
        StateHasChanged();
    }

    private void Cancel()
    {
        if (_pile is not null)
        {
            _pile.Cancel();
            return;
        }
        if (_watch.Run is not null)
        {
            _watch.Run.Cancel();
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
        if (RunId is not null || PileId is not null)
            Navigation.NavigateTo("/");
        StateHasChanged();
    }

    private void Attend(RecogniseRun run)
    {
        Leave();
        Watch(run);
    }

    private void Attend(ReadingPile pile)
    {
        Leave();
        _pile = pile;
        _task = pile.Task;
        _refusal = null;
        pile.Changed += _watch.Ask;
        FollowPile();
    }

    private void Watch(RecogniseRun run)
    {
        if (!run.Task.AsksAs(_task) && _tab is { } tab && !ResultTabs.Of(run.Task.Kind).Contains(tab))
            _tab = null;
        _task = run.Task with { Fields = run.Task.Fields.Count > 0 ? run.Task.Fields : _task.Fields };
        _refusal = null;
        _watch.Attend(run);
        Draw();
    }

    /// <summary>Shows the run of the page that is on the screen; while it has none, the page alone.</summary>
    private void FollowPile()
    {
        if (_pile is null)
            return;
        if (PageShown.Run is not { } run)
            _watch.Leave();
        else if (_watch.Run?.Document.Id != run.Document.Id)
            Watch(run);
    }

    private void Leave()
    {
        _watch.Leave();
        if (_pile is null)
            return;
        _pile.Changed -= _watch.Ask;
        _pile = null;
        _chosenPage = null;
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
        RunView? view = _watch.Look();
        // A picture that nothing can be read from is refused like one that was never taken: there is nothing else to show.
        if (_pile is null && view is { Phase: RunPhase.Failed, Fault.Refusal: { } refusal, Lines.Count: 0 })
            Show(refusal with { Request = view.Id });
        else
            StateHasChanged();
    }

    private async Task CopyAsync(ResultTab tab)
    {
        if (View is null || _script is null)
            return;
        string text = tab switch
        {
            ResultTab.Json => System.Text.Encoding.UTF8.GetString(RunJson.Of(View)),
            ResultTab.Markdown => MarkdownSource.Of(View),
            ResultTab.Original => string.Join('\n', TranslatedText.Of(RunText.Of(View), View.Task.Target, LinesRead?.Select(line => line.Text).ToList()).Original),
            ResultTab.Translation => string.Join('\n', TranslatedText.Of(RunText.Of(View), View.Task.Target, null).Translation),
            _ => RunText.Of(View),
        };
        bool done = await _script.CopyAsync(text);
        Notifications.Notify(done ? NotificationSeverity.Success : NotificationSeverity.Warning, W[done ? "copy.done" : "copy.failed"], duration: 3000);
    }

    private async Task FoundAsync((IReadOnlyList<int> Lines, int? To) found)
    {
        if (_script is null)
            return;
        await _script.FoundAsync(found.Lines);
        if (found.To is { } line)
            await _script.GoToAsync(line);
    }
}
