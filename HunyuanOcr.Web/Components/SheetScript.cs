using Microsoft.JSInterop;

namespace HunyuanOcr.Web.Components;

/// <summary>The browser's side of a page without a picture. A circuit that is gone is expected and passed over.</summary>
internal sealed class SheetScript(IJSRuntime js, string address) : IAsyncDisposable
{
    private IJSObjectReference? _module;

    /// <summary>The time zone of the visitor; UTC where this machine does not know it.</summary>
    internal async ValueTask<TimeZoneInfo> OpenAsync()
    {
        try
        {
            _module = await js.InvokeAsync<IJSObjectReference>("import", address);
            string name = await _module.InvokeAsync<string>("openSheet");
            return TimeZoneInfo.TryFindSystemTimeZoneById(name, out TimeZoneInfo? zone) ? zone : TimeZoneInfo.Utc;
        }
        catch (Exception e) when (e is JSDisconnectedException or TaskCanceledException)
        {
            return TimeZoneInfo.Utc;
        }
    }

    internal async ValueTask<bool> CopyAsync(string text)
    {
        try
        {
            return _module is not null && await _module.InvokeAsync<bool>("copy", text);
        }
        catch (Exception e) when (e is JSDisconnectedException or TaskCanceledException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_module is not null)
                await _module.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
        }
    }
}
