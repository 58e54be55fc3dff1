using System.Text.Json;
using HunyuanOcr.Inference.Execution.OnnxRuntime;

namespace HunyuanOcr.Inference.Checkpoints;

/// <summary>One object of a JSON file. What is missing or of a wrong kind is added to a list with its key, and reading goes on, so that every fault is named at once.</summary>
internal readonly struct JsonSection
{
    private readonly JsonElement element;
    private readonly string file;
    private readonly string path;
    private readonly ICollection<string> faults;

    private JsonSection(JsonElement element, string file, string path, ICollection<string> faults)
    {
        this.element = element;
        this.file = file;
        this.path = path;
        this.faults = faults;
    }

    /// <summary>Reads a file whole; an empty section where it cannot be read.</summary>
    public static JsonSection Read(string folder, string file, ICollection<string> faults)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, file)));
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return new JsonSection(document.RootElement.Clone(), file, string.Empty, faults);
            faults.Add($"{file} is damaged: it holds no JSON object. {ModelFolder.Remedy}");
        }
        catch (JsonException reason)
        {
            faults.Add($"{file} is damaged at line {reason.LineNumber + 1}, byte {reason.BytePositionInLine + 1}: it is not JSON. {ModelFolder.Remedy}");
        }
        catch (Exception reason) when (reason is IOException or UnauthorizedAccessException)
        {
            faults.Add($"{file} cannot be read: {reason.Message}");
        }

        return new JsonSection(default, file, string.Empty, faults) { Unreadable = true };
    }

    /// <summary>Whether the whole file could not be read, which has been reported once.</summary>
    public bool Unreadable { get; private init; }

    public JsonSection Section(string key)
    {
        JsonElement? found = Find(key, JsonValueKind.Object, "an object");
        return new JsonSection(found ?? default, file, path + key + ".", faults) { Unreadable = found is null };
    }

    public string Text(string key) => Find(key, JsonValueKind.String, "a text")?.GetString() ?? string.Empty;

    public long Integer(string key, long least = 0, long most = long.MaxValue)
    {
        if (Find(key, JsonValueKind.Number, "a whole number") is not { } found)
            return least;
        if (found.TryGetInt64(out long value) && value >= least && value <= most)
            return value;
        Fault(key, $"is {found.GetRawText()}, not a whole number of {least} to {most}");
        return least;
    }

    public int Count(string key) => (int)Integer(key, 1, int.MaxValue);

    public int Index(string key) => (int)Integer(key, 0, int.MaxValue);

    public double Number(string key, double otherwise = 0, bool required = true) =>
        Has(key) || required ? Find(key, JsonValueKind.Number, "a number")?.GetDouble() ?? otherwise : otherwise;

    /// <summary>A number above zero.</summary>
    public double Positive(string key, double otherwise = 1, bool required = true)
    {
        double number = Number(key, otherwise, required);
        if (number > 0)
            return number;
        Fault(key, FormattableString.Invariant($"is {number}, not above 0"));
        return otherwise;
    }

    public bool Flag(string key, bool otherwise) => Has(key) ? element.GetProperty(key).ValueKind == JsonValueKind.True : otherwise;

    /// <summary>A whole number, or null where the key is absent or null.</summary>
    public int? Optional(string key) => Has(key) ? Index(key) : null;

    /// <summary>The format of stored numbers.</summary>
    public OrtElementType StoredType(string key)
    {
        string format = Text(key);
        switch (format)
        {
            case "float16": return OrtElementType.Float16;
            case "bfloat16": return OrtElementType.BFloat16;
            case "float32" or "": return OrtElementType.Float;
            default:
                Fault(key, $"is {format}, not float32, float16 or bfloat16");
                return OrtElementType.Float;
        }
    }

    /// <summary>A list of whole numbers; a single number is a list of one.</summary>
    public IReadOnlyList<int> Integers(string key)
    {
        if (!Unreadable && element.TryGetProperty(key, out JsonElement found))
        {
            if (found.ValueKind == JsonValueKind.Number && found.TryGetInt32(out int single))
                return [single];
            if (found.ValueKind == JsonValueKind.Array && found.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Number && item.TryGetInt32(out _)))
                return [.. found.EnumerateArray().Select(item => item.GetInt32())];
        }

        Fault(key, "must be a list of whole numbers");
        return [];
    }

    /// <summary>A list of texts.</summary>
    public IReadOnlyList<string> Texts(string key)
    {
        if (Find(key, JsonValueKind.Array, "a list") is not { } found)
            return [];
        if (found.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String))
            return [.. found.EnumerateArray().Select(item => item.GetString()!)];
        Fault(key, "must be a list of texts");
        return [];
    }

    /// <summary>The objects of a list.</summary>
    public IReadOnlyList<JsonSection> Sections(string key)
    {
        if (Find(key, JsonValueKind.Array, "a list") is not { } found)
            return [];
        List<JsonSection> sections = [];
        foreach (JsonElement item in found.EnumerateArray())
        {
            string place = $"{key}[{sections.Count}]";
            bool whole = item.ValueKind == JsonValueKind.Object;
            if (!whole)
                Fault(place, $"is {item.GetRawText()}, not an object");
            sections.Add(new JsonSection(item, file, $"{path}{place}.", faults) { Unreadable = !whole });
        }
        return sections;
    }

    public void Fault(string key, string what)
    {
        if (!Unreadable)
            faults.Add($"{file}: {path}{key} {what}. {ModelFolder.Remedy}");
    }

    private bool Has(string key) => !Unreadable && element.TryGetProperty(key, out JsonElement found) && found.ValueKind != JsonValueKind.Null;

    private JsonElement? Find(string key, JsonValueKind kind, string what)
    {
        if (Unreadable)
            return null;
        if (!element.TryGetProperty(key, out JsonElement found))
            Fault(key, "is missing");
        else if (found.ValueKind != kind)
            Fault(key, $"is {found.GetRawText()}, not {what}");
        else
            return found;
        return null;
    }
}
