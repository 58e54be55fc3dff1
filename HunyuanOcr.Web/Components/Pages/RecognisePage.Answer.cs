using HunyuanOcr.Inference;
using HunyuanOcr.Web.Components.Recognise;
using HunyuanOcr.Web.Documents;
using HunyuanOcr.Web.Recognise;
using Radzen;

namespace HunyuanOcr.Web.Components.Pages;

/// <summary>What is done with an answer: its tabs, other questions to the same page, copies and the search.</summary>
public sealed partial class RecognisePage
{
    private bool HasText => View is { IsRunning: false } view && RunText.Of(view).Length > 0;

    private bool CanReadAgain => View is { IsRunning: false } view && !Running
        && (view.Phase is RunPhase.Failed or RunPhase.Cancelled || !_task.AsksAs(view.Task)) && (_task.Kind != TaskKind.Fields || _task.Fields.Count > 0);

    private ResultTab Tab => _tab is { } chosen && View is not null && ResultTabs.Of(View.Task.Kind).Contains(chosen) ? chosen : ResultTabs.First(View?.Task ?? _task);

    /// <summary>Lines of the picture from another reading, for the original beside a translation.</summary>
    private IReadOnlyList<OcrLine>? LinesRead => View is { IsRunning: false, Task.Kind: TaskKind.Translate } view ? LinesOf(view.Document) : null;

    /// <summary>What the picture's boxes are drawn from: the lines, or where the values of fields stand.</summary>
    private RunView? Boxed => View is { IsRunning: false, Result: { Fields: { Count: > 0 } fields } } view && LinesOf(view.Document) is { } lines ? view with { Lines = FieldPlaces.Of(fields, lines) } : View;

    private IReadOnlyList<OcrLine>? LinesOf(StoredDocument picture) =>
        Runs.Answer(picture, static task => task is { Kind: TaskKind.Read, Form: AnswerForm.Lines })?.View() is { IsRunning: false, Lines: { Count: > 0 } lines } ? lines : null;

    private void ReadAgain()
    {
        _open = null;
        _tab = null;
        if (_reading.Pile is { } pile)
            Open(Piles.Start([.. pile.Pages.Where(page => page.Document is not null).Select(page => page.Document!)], _task));
        else if (View is { } view)
            Read(view.Document);
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
        // What counts as doubtful is the visitor's choice of this moment, whichever answer is looked at.
        double doubtful = _task.DoubtfulBelow;
        if (_reading.Pile is null)
            Open(run);
        else
        {
            // The pile stays in the address; another answer of one of its pages is only looked at.
            _reading.Turn(run);
            Take(run);
        }
        _task = _task with { DoubtfulBelow = doubtful };
        StateHasChanged();
    }

    private async Task CopyAsync(ResultTab tab)
    {
        if (View is null || _script is null)
            return;
        bool done = await _script.CopyAsync(CopiedText.Of(View, tab, LinesRead));
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
