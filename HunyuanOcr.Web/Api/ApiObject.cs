using System.Globalization;
using System.Text.Json;

namespace HunyuanOcr.Web.Api;

/// <summary>One JSON object of a request. Its members are asked for by name; one that nobody asked for is refused, never passed over.</summary>
/// <remarks>A member that is null counts as absent, as in the OpenAI API.</remarks>
internal sealed class ApiObject
{
    private readonly Dictionary<string, JsonElement> _members = new(StringComparer.Ordinal);
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private readonly string _path;

    /// <param name="element">The object.</param>
    /// <param name="path">How messages call it; empty for the body itself.</param>
    /// <exception cref="ApiFaultException">It is no object.</exception>
    internal ApiObject(JsonElement element, string path)
    {
        _path = path;
        if (element.ValueKind != JsonValueKind.Object)
            throw Wrong(path, $"is a {Kind(element)}; give an object");
        try
        {
            foreach (JsonProperty member in element.EnumerateObject())
                _members[member.Name] = member.Value;
        }
        catch (InvalidOperationException)
        {
            throw Wrong(path, "has a member whose name is no proper text");
        }
    }

    internal string PathOf(string name) => _path.Length == 0 ? name : $"{_path}.{name}";

    internal JsonElement? Find(string name)
    {
        _asked.Add(name);
        return _members.TryGetValue(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    internal JsonElement Required(string name) => Find(name) ?? throw new ApiFaultException(ApiFault.BadRequest($"{PathOf(name)} is missing.", PathOf(name), "missing_required_parameter"));

    internal string? Text(string name) => Find(name) is { } value ? TextOf(value, PathOf(name)) : null;

    internal bool? Flag(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        { } other => throw Wrong(PathOf(name), $"is a {Kind(other)}; give true or false"),
    };

    internal int? Whole(string name, int least, int most)
    {
        if (Find(name) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) && number >= least && number <= most)
            return number;
        throw Wrong(PathOf(name), string.Create(CultureInfo.InvariantCulture, $"{Found(value)}; give a whole number {(most == int.MaxValue ? $"of {least} or more" : $"from {least} to {most}")}"));
    }

    internal long? Integer(string name)
    {
        if (Find(name) is not { } value)
            return null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number) ? number : throw Wrong(PathOf(name), $"{Found(value)}; give a whole number of 64 bits");
    }

    /// <param name="above">Whether <paramref name="least"/> itself is too small.</param>
    internal double? Number(string name, double least, double most, bool above = false)
    {
        if (Find(name) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && (above ? number > least : number >= least) && number <= most)
            return number;
        throw Wrong(PathOf(name), string.Create(CultureInfo.InvariantCulture, $"{Found(value)}; give a number {(above ? "above" : "from")} {least} to {most}"));
    }

    /// <summary>A parameter of the OpenAI API that this model has no use for: taken where its value asks for nothing, otherwise refused by name.</summary>
    internal void Unsupported(string name, Func<JsonElement, bool> asksForNothing)
    {
        if (Find(name) is { } value && !Holds(asksForNothing, value))
            throw new ApiFaultException(ApiFault.BadRequest($"{PathOf(name)} is not supported by this server. Leave it out.", PathOf(name), "unsupported_parameter"));
    }

    /// <summary>Refuses members that were not asked for.</summary>
    internal void RefuseOthers()
    {
        foreach ((string name, JsonElement value) in _members)
            if (!_asked.Contains(name) && value.ValueKind != JsonValueKind.Null)
                throw new ApiFaultException(ApiFault.BadRequest($"{PathOf(Short(name))} is unknown to this server. Leave it out; docs/api.md lists every parameter.", PathOf(Short(name)), "unknown_parameter"));
    }

    internal static string TextOf(JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.String)
            throw Wrong(path, $"is a {Kind(value)}; give a string");
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Wrong(path, "holds half a character (an unpaired surrogate or broken UTF-8)");
        }
    }

    internal static ApiFaultException Wrong(string path, string what) => new(ApiFault.BadRequest($"{(path.Length == 0 ? "The body" : path)} {what}.", path.Length == 0 ? null : path, "invalid_value"));

    internal static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Null => "null",
        var kind => kind.ToString().ToLowerInvariant(),
    };

    private static bool Holds(Func<JsonElement, bool> condition, JsonElement value)
    {
        try
        {
            return condition(value);
        }
        catch (InvalidOperationException)
        {
            // A string that holds half a character cannot be compared with any other.
            return false;
        }
    }

    private static string Found(JsonElement value) => value.ValueKind == JsonValueKind.Number ? $"is {Short(value.GetRawText())}" : $"is a {Kind(value)}";

    private static string Short(string text) => text.Length > 60 ? text[..60] + "…" : text;
}
