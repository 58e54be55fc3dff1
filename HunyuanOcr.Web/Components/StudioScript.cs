using HunyuanOcr.Web.Components.Pages;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace HunyuanOcr.Web.Components;

/// <summary>The browser's side of the page, wwwroot-assets/src/studio.ts. A circuit that is gone is expected and passed over: there is nobody to show anything to.</summary>
internal sealed class StudioScript(IJSRuntime js, string address) : IAsyncDisposable
{
    private IJSObjectReference? _module;

    internal async ValueTask OpenAsync(DotNetObjectReference<RecognisePage> page)
    {
        try
        {
            _module = await js.InvokeAsync<IJSObjectReference>("import", address);
        }
        catch (JSDisconnectedException)
        {
            return;
        }
        await CallAsync("openPage", page);
    }

    /// <summary>Whether the picture stood there and is shown: a browser that is slow to draw may still have another.</summary>
    internal ValueTask<bool> ShowPictureAsync(ElementReference canvas, string address, int width, int height) => AskAsync("showPicture", canvas, address, width, height);

    internal ValueTask ClosePictureAsync() => CallAsync("closePicture");

    internal ValueTask DrawnAsync(IEnumerable<object[]> boxes, bool running) => CallAsync("drawn", boxes, running);

    /// <summary>Marks the boxes of lines that were found.</summary>
    internal ValueTask FoundAsync(IReadOnlyList<int> lines) => CallAsync("found", lines);

    internal ValueTask GoToAsync(int line) => CallAsync("goTo", line);

    internal ValueTask FocusAsync(string selector) => CallAsync("focusFirst", selector);

    internal Task StopSendingAsync() => CallAsync("stopSending").AsTask();

    internal ValueTask<bool> CopyAsync(string text) => AskAsync("copy", text);

    public async ValueTask DisposeAsync()
    {
        await CallAsync("closePage");
        try
        {
            if (_module is not null)
                await _module.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
        }
    }

    private async ValueTask<bool> AskAsync(string name, params object?[] values)
    {
        try
        {
            return _module is not null && await _module.InvokeAsync<bool>(name, values);
        }
        catch (Exception e) when (e is JSDisconnectedException or TaskCanceledException)
        {
            return false;
        }
    }

    private async ValueTask CallAsync(string name, params object?[] values)
    {
        try
        {
            if (_module is not null)
                await _module.InvokeVoidAsync(name, values);
        }
        catch (Exception e) when (e is JSDisconnectedException or TaskCanceledException)
        {
        }
    }
}
