using System.Text.Json;

namespace HunyuanOcr.Inference.Imaging;

/// <summary>Takes typed values out of preprocessor_config.json and gathers what is wrong with them.</summary>
internal sealed class PreprocessorReader(JsonElement root, string path)
{
    private readonly List<string> _faults = [];

    internal void Fault(string what) => _faults.Add($"{path}: {what}. Export the model again from an unchanged checkpoint.");

    /// <exception cref="OcrConfigurationException">Something was wrong.</exception>
    internal void ThrowOnFaults()
    {
        if (_faults.Count > 0)
            throw new OcrConfigurationException(_faults);
    }

    /// <summary>A key that may be absent but has only one value that is supported.</summary>
    internal void Require(string key, bool only)
    {
        if (Find(key) is { } value && value.ValueKind != (only ? JsonValueKind.True : JsonValueKind.False))
            Fault($"{key} is {value.GetRawText()}, only {(only ? "true" : "false")} is supported");
    }

    /// <inheritdoc cref="Require(string, bool)"/>
    internal void Require(string key, int only)
    {
        if (Find(key) is { } value && !(value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int found) && found == only))
            Fault($"{key} is {value.GetRawText()}, only {only} is supported");
    }

    /// <summary>A whole number from 1 to <paramref name="most"/>; null where absent.</summary>
    internal long? Whole(long most, params string[] keys)
    {
        if (Find(keys) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long found) && found >= 1 && found <= most)
            return found;
        Fault($"{string.Join('.', keys)} is {value.GetRawText()}, a whole number of 1 to {most} is needed");
        return null;
    }

    /// <summary>A number above 0; null where absent.</summary>
    internal double? Positive(string key)
    {
        if (Find(key) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double found) && found > 0 && double.IsFinite(found))
            return found;
        Fault($"{key} is {value.GetRawText()}, a number above 0 is needed");
        return null;
    }

    /// <summary>Three numbers, for red, green and blue; null where absent.</summary>
    internal double[]? Channels(string key, bool zero)
    {
        if (Find(key) is not { } value)
            return null;
        if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 3 && value.EnumerateArray().All(v => v.ValueKind == JsonValueKind.Number))
        {
            double[] found = [.. value.EnumerateArray().Select(v => v.GetDouble())];
            if (found.All(v => double.IsFinite(v) && (zero || v != 0)))
                return found;
        }
        Fault($"{key} is {value.GetRawText()}, three numbers{(zero ? "" : " other than 0")} are needed");
        return null;
    }

    private JsonElement? Find(params string[] keys)
    {
        JsonElement found = root;
        foreach (string key in keys)
            if (found.ValueKind != JsonValueKind.Object || !found.TryGetProperty(key, out found) || found.ValueKind == JsonValueKind.Null)
                return null;
        return found;
    }
}
