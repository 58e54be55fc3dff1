using System.Text.Json;

namespace OnnxExport.Configuration;

/// <summary>One object of a JSON file of the checkpoint, read key by key; faults name the file and the full key.</summary>
internal sealed class JsonSection
{
    private readonly string file;
    private readonly string path;
    private readonly JsonElement element;

    private JsonSection(string file, string path, JsonElement element)
    {
        this.file = file;
        this.path = path;
        this.element = element;
    }

    /// <summary>Reads a whole file.</summary>
    /// <exception cref="ConfigurationException">The file is missing, no JSON, or no object.</exception>
    public static JsonSection Read(string path)
    {
        string name = Path.GetFileName(path);
        if (!File.Exists(path))
            throw new ConfigurationException($"{name} is missing in {Path.GetDirectoryName(path)}.");
        return Parse(name, File.ReadAllBytes(path));
    }

    /// <summary>Reads bytes that faults will call by that name.</summary>
    public static JsonSection Parse(string name, ReadOnlyMemory<byte> json)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new ConfigurationException($"{name} holds no JSON object.");
            return new JsonSection(name, "", document.RootElement.Clone());
        }
        catch (JsonException e)
        {
            throw new ConfigurationException($"{name} is not valid JSON: {e.Message}");
        }
    }

    public bool Has(string key) => Find(key) is not null;

    /// <summary>The object under a key, or null where there is none.</summary>
    public JsonSection? Section(string key)
    {
        if (Find(key) is not { } value)
            return null;
        return value.ValueKind == JsonValueKind.Object
            ? new JsonSection(file, path + key + ".", value)
            : throw Wrong(key, "an object");
    }

    /// <summary>A whole number of at least 1 under the first of the keys that is there.</summary>
    public int Size(params ReadOnlySpan<string> keys)
    {
        int value = Integer(keys) ?? throw Missing(keys[0]);
        return value >= 1 ? value : throw Fault($"{path}{keys[0]} is {value}; it must be at least 1");
    }

    /// <summary>A whole number under the first of the keys that is there, or null.</summary>
    public int? Integer(params ReadOnlySpan<string> keys)
    {
        foreach (string key in keys)
        {
            if (Find(key) is { } value)
                return ToInteger(key, value);
        }
        return null;
    }

    public double? Number(params ReadOnlySpan<string> keys)
    {
        foreach (string key in keys)
        {
            if (Find(key) is { } value)
                return value.ValueKind == JsonValueKind.Number ? value.GetDouble() : throw Wrong(key, "a number");
        }
        return null;
    }

    public bool? Flag(string key)
    {
        if (Find(key) is not { } value)
            return null;
        return value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Wrong(key, "true or false");
    }

    public string? Text(string key)
    {
        if (Find(key) is not { } value)
            return null;
        return value.ValueKind == JsonValueKind.String ? value.GetString() : throw Wrong(key, "a string");
    }

    /// <summary>A whole number or a list of them; empty where the key is missing.</summary>
    public IReadOnlyList<int> Integers(string key)
    {
        if (Find(key) is not { } value)
            return [];
        return value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Select(item => ToInteger(key, item))]
            : [ToInteger(key, value)];
    }

    /// <summary>Objects of a list; empty where the key is missing.</summary>
    public IReadOnlyList<JsonSection> Sections(string key)
    {
        if (Find(key) is not { } value)
            return [];
        if (value.ValueKind != JsonValueKind.Array)
            throw Wrong(key, "a list");
        return [.. value.EnumerateArray().Select((item, i) => item.ValueKind == JsonValueKind.Object
            ? new JsonSection(file, $"{path}{key}[{i}].", item)
            : throw Wrong($"{key}[{i}]", "an object"))];
    }

    /// <summary>Keys and values of an object of strings.</summary>
    public IEnumerable<(string Key, string Value)> Pairs()
    {
        foreach (JsonProperty property in element.EnumerateObject())
            yield return (property.Name, Text(property.Name) ?? throw Missing(property.Name));
    }

    public ConfigurationException Fault(string what) => new($"{file}: {what}.");

    public ConfigurationException Missing(string key) => Fault($"{path}{key} is missing");

    // Checkpoints write null for what they leave to the default.
    private JsonElement? Find(string key) =>
        element.TryGetProperty(key, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private int ToInteger(string key, JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && number == (int)number
            ? (int)number
            : throw Wrong(key, "a whole number");

    private ConfigurationException Wrong(string key, string kind) => Fault($"{path}{key} must be {kind}");
}
