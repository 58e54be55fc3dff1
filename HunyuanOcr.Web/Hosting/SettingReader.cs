using System.Globalization;

namespace HunyuanOcr.Web.Hosting;

/// <summary>Reads settings one by one and gathers every fault with key, value and remedy, so that a person mends them all at once.</summary>
internal sealed class SettingReader(IConfiguration configuration)
{
    private readonly List<string> _faults = [];
    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);

    internal IReadOnlyList<string> Faults => _faults;

    internal string Text(string key, string fallback) => Raw(key) is { Length: > 0 } value ? value : fallback;

    /// <summary>Several values: between commas or semicolons, or one by one as <c>key:0</c>, <c>key:1</c>.</summary>
    internal IReadOnlyList<string> List(string key, IReadOnlyList<string> fallback)
    {
        List<string> values = [.. (Raw(key) ?? "").Split([',', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
        foreach (IConfigurationSection entry in configuration.GetSection(key).GetChildren())
        {
            _known.Add(entry.Path);
            if (entry.Value?.Trim() is { Length: > 0 } value)
                values.Add(value);
        }
        return values.Count > 0 ? values : fallback;
    }

    /// <param name="unit">What the number counts, for the message.</param>
    internal int Number(string key, int fallback, int least, int most, string unit)
    {
        if (Raw(key) is not { } value)
            return fallback;
        if (int.TryParse(value, NumberStyles.Integer, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most)
            return number;
        _faults.Add($"{key} is \"{value}\": give {unit} from {least} to {most}.");
        return fallback;
    }

    internal double Share(string key, double fallback)
    {
        if (Raw(key) is not { } value)
            return fallback;
        if (double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && number is >= 0 and <= 1)
            return number;
        _faults.Add($"{key} is \"{value}\": give a share from 0 to 1.");
        return fallback;
    }

    internal T Choice<T>(string key, T fallback)
        where T : struct, Enum
    {
        if (Raw(key) is not { } value)
            return fallback;
        if (Enum.TryParse(value, ignoreCase: true, out T chosen) && Enum.IsDefined(chosen))
            return chosen;
        _faults.Add($"{key} is \"{value}\": give one of {string.Join(", ", Enum.GetNames<T>()).ToLowerInvariant()}.");
        return fallback;
    }

    internal void Fault(string fault) => _faults.Add(fault);

    /// <summary>Names every key of a section that nobody asked for: a setting with a slip in its name must not be passed over in silence.</summary>
    internal void RefuseUnknown(params ReadOnlySpan<string> sections)
    {
        foreach (string section in sections)
            foreach (KeyValuePair<string, string?> entry in configuration.GetSection(section).AsEnumerable())
                if (entry.Value is { Length: > 0 } && entry.Key.Contains(':', StringComparison.Ordinal) && !_known.Contains(entry.Key))
                    _faults.Add($"{entry.Key} is not a setting. Known: {string.Join(", ", _known.Where(key => key.StartsWith(section + ":", StringComparison.OrdinalIgnoreCase)).Order(StringComparer.Ordinal))}.");
    }

    private string? Raw(string key)
    {
        _known.Add(key);
        return configuration[key]?.Trim();
    }
}
