using HunyuanOcr.Web.Components.Recognise;
using HunyuanOcr.Web.Documents;
using HunyuanOcr.Web.Language;
using HunyuanOcr.Web.Recognise;
using Microsoft.JSInterop;
using Radzen;

namespace HunyuanOcr.Web.Components.Pages;

/// <summary>What the browser tells the page: keys, typed prefixes.</summary>
public sealed partial class RecognisePage
{
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
}
