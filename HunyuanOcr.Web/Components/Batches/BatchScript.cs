using HunyuanOcr.Web.Components.Pages;
using Microsoft.JSInterop;

namespace HunyuanOcr.Web.Components.Batches;

/// <summary>The browser's side of the Batch page. A circuit that is gone is expected and passed over.</summary>
internal sealed class BatchScript(IJSRuntime js, string address) : IAsyncDisposable
{
    private IJSObjectReference? _module;

    /// <summary>The time zone of the visitor; UTC where this machine does not know it.</summary>
    internal async ValueTask<TimeZoneInfo> OpenAsync(DotNetObjectReference<BatchPage> page)
    {
        try
        {
            _module = await js.InvokeAsync<IJSObjectReference>("import", address);
            string name = await _module.InvokeAsync<string>("openBatch", page);
            return TimeZoneInfo.TryFindSystemTimeZoneById(name, out TimeZoneInfo? zone) ? zone : TimeZoneInfo.Utc;
        }
        catch (Exception e) when (e is JSDisconnectedException or TaskCanceledException)
        {
            return TimeZoneInfo.Utc;
        }
    }

    internal ValueTask ChooseInsteadAsync(string file) => CallAsync("chooseInstead", file);

    internal ValueTask StopAsync() => CallAsync("stopBatch");

    public async ValueTask DisposeAsync()
    {
        await CallAsync("closeBatch");
        try
        {
            if (_module is not null)
                await _module.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
        }
    }

    private async ValueTask CallAsync(string name, params object[] values)
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
