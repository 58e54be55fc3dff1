using HunyuanOcr.Web.Components.Recognise;
using HunyuanOcr.Web.Documents;
using HunyuanOcr.Web.Language;
using HunyuanOcr.Web.Recognise;
using Microsoft.JSInterop;
using Radzen;

namespace HunyuanOcr.Web.Components.Pages;

/// <summary>What the browser tells the page: files on their way, keys, typed prefixes.</summary>
public sealed partial class RecognisePage
{
    /// <summary>The browser shows a picture that is still on its way.</summary>
    [JSInvokable]
    public void Previewed(string name, long bytes, string address, int width, int height)
    {
        _watch.Run?.Cancel();
        _pile?.Cancel();
        Leave();
        _refusal = null;
        _tab = null;
        _sent = new SentFile(name, bytes, address, width, height);
        StateHasChanged();
    }

    /// <summary>Files have arrived: reading starts at once. Those that were not taken are named.</summary>
    [JSInvokable]
    public void Uploaded(IReadOnlyList<DocumentEndpoints.Described> taken, IReadOnlyList<DocumentRefusal> refused)
    {
        List<StoredDocument> documents = [.. taken.Select(file => Documents.Find(file.Id, Visitor.Owner)).OfType<StoredDocument>()];
        if (documents.Count == 0 && refused.Count == 0)
            Show(new DocumentRefusal(RefusalCode.NotSent, taken.Count > 0 ? taken[0].Name : "", 0));
        else
            Arrived(documents, refused);
    }

    private void Arrived(IReadOnlyList<StoredDocument> documents, IReadOnlyList<DocumentRefusal> refused)
    {
        _tab = null;
        if (documents.Count == 0)
        {
            Show(Named(refused[0]));
            return;
        }
        foreach (DocumentRefusal refusal in refused.Take(3))
            Notifications.Notify(NotificationSeverity.Warning, RefusalWords.Of(refusal, W).Title, refusal.Name, duration: 12_000);
        if (documents is [{ IsPdf: false } only])
            Read(only);
        else
            Open(Piles.Start(documents, _task));
    }

    /// <summary>A document was not taken.</summary>
    [JSInvokable]
    public void Refused(int status, DocumentRefusal refusal) => Show(Named(refusal));

    /// <summary>More files came at once than are taken.</summary>
    [JSInvokable]
    public void TooManyFiles(int count) => Show(new DocumentRefusal(RefusalCode.TooMany, "", 0, Found: count, Limit: MostFiles));

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
        else if (IsOpen)
        {
            Cancel();
        }
    }

    /// <summary>A prefix was typed into the prompt or among the fields: it switches the task, and typing goes on in the box that belongs to it.</summary>
    [JSInvokable]
    public async Task Prefixed(string prefix)
    {
        if (TaskPrefix.Split(prefix).Kind is not { } kind || (Running && IsOpen))
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

    /// <summary>The picture's pages and files that are read together.</summary>
    internal const int MostFiles = 200;

    private DocumentRefusal Named(DocumentRefusal refusal) =>
        refusal.Code == RefusalCode.TooLarge ? refusal with { Limit = Options.Limits.MaxUploadBytes } : refusal;
}
