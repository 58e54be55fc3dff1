using System.Text.Json;
using Microsoft.JSInterop;

namespace HunyuanOcr.Web.Recognise;

/// <summary>Sets of field names that a visitor has saved: kept in the browser, so that they need no account and leave nothing on the server.</summary>
internal sealed class OwnPresets(IJSRuntime js)
{
    /// <summary>Most sets; more are no choice any more.</summary>
    internal const int Most = 12;

    private const string Place = "presets";

    private Dictionary<string, string[]>? _sets;

    /// <summary>Their names, in the order they were saved.</summary>
    internal IReadOnlyCollection<string> Names => _sets?.Keys ?? (IReadOnlyCollection<string>)[];

    /// <summary>The field names of a set.</summary>
    internal IReadOnlyList<string> Of(string name) => _sets is not null && _sets.TryGetValue(name, out string[]? fields) ? fields : [];

    /// <summary>Asks the browser for them, once; only after a first drawing.</summary>
    /// <returns>Whether there is something to draw now.</returns>
    internal async Task<bool> LoadAsync()
    {
        if (_sets is not null)
            return false;
        _sets = [];
        try
        {
            if (await js.InvokeAsync<string?>("localStorage.getItem", Place) is { Length: > 0 and < 100_000 } kept)
                foreach ((string name, string[] fields) in JsonSerializer.Deserialize<Dictionary<string, string[]>>(kept) ?? [])
                    if (fields is { Length: > 0 } && _sets.Count < Most)
                        _sets[name] = [.. fields.Where(field => !string.IsNullOrWhiteSpace(field)).Take(ReadingTask.MostFields)];
        }
        catch (Exception e) when (e is JsonException or JSException or JSDisconnectedException)
        {
            // A browser that keeps nothing, or something else of that name: the visitor starts without sets.
        }
        return _sets.Count > 0;
    }

    /// <summary>Keeps a set under a name; one of that name is replaced.</summary>
    internal Task SaveAsync(string name, IReadOnlyList<string> fields)
    {
        (_sets ??= [])[name] = [.. fields];
        return KeepAsync();
    }

    /// <summary>Forgets a set.</summary>
    internal Task RemoveAsync(string name)
    {
        _sets?.Remove(name);
        return KeepAsync();
    }

    private async Task KeepAsync()
    {
        try
        {
            await js.InvokeVoidAsync("localStorage.setItem", Place, JsonSerializer.Serialize(_sets));
        }
        catch (Exception e) when (e is JSException or JSDisconnectedException)
        {
            // Private windows may refuse: the set lives until the page is closed.
        }
    }
}
