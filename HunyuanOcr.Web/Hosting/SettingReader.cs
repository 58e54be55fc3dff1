using System.Globalization;

namespace HunyuanOcr.Web.Hosting;

/// <summary>Reads settings one by one and gathers every fault with key, value and remedy, so that a person mends them all at once.</summary>
internal sealed class SettingReader(IConfiguration configuration)
{
    private static readonly char[] _between = [',', ';', ' ', '\t', '\n'];

    private readonly List<string> _faults = [];
    private readonly HashSet<string> _known = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _lists = new(StringComparer.OrdinalIgnoreCase);

    internal IReadOnlyList<string> Faults => _faults;

    /// <summary>Every key that was asked for, a list by its own name.</summary>
    internal IReadOnlyCollection<string> KnownKeys => _known;

    /// <summary>Whether somebody set the key, to whatever value.</summary>
    internal bool IsSet(string key) => Raw(key) is { Length: > 0 };

    internal string Text(string key, string fallback) => Raw(key) is { Length: > 0 } value ? value : fallback;

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

    internal TimeSpan Seconds(string key, int fallback, int least, int most) => TimeSpan.FromSeconds(Number(key, fallback, least, most, "seconds"));

    internal double Share(string key, double fallback)
    {
        if (Raw(key) is not { } value)
            return fallback;
        if (double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && number is >= 0 and <= 1)
            return number;
        _faults.Add($"{key} is \"{value}\": give a share from 0 to 1.");
        return fallback;
    }

    internal bool Flag(string key, bool fallback)
    {
        if (Raw(key) is not { } value)
            return fallback;
        if (bool.TryParse(value, out bool flag))
            return flag;
        _faults.Add($"{key} is \"{value}\": give true or false.");
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

    /// <summary>Several values: an array in a file (Key:0, Key:1 ...) or one text with commas, semicolons or spaces between them.</summary>
    internal IReadOnlyList<string> List(string key, IReadOnlyList<string> fallback)
    {
        _lists.Add(key);
        string[] entries =
        [
            .. (Raw(key) ?? "").Split(_between, StringSplitOptions.RemoveEmptyEntries),
            .. configuration.GetSection(key).GetChildren().Select(child => child.Value?.Trim() ?? "").Where(value => value.Length > 0),
        ];
        return entries.Length == 0 ? fallback : entries;
    }

    internal void Fault(string fault) => _faults.Add(fault);

    /// <summary>Names every key of a section that nobody asked for: a setting with a slip in its name must not be passed over in silence.</summary>
    internal void RefuseUnknown(params ReadOnlySpan<string> sections)
    {
        foreach (string section in sections)
            foreach (KeyValuePair<string, string?> entry in configuration.GetSection(section).AsEnumerable())
                if (entry.Value is { Length: > 0 } && entry.Key.Contains(':', StringComparison.Ordinal) && !IsKnown(entry.Key))
                    _faults.Add($"{entry.Key} is not a setting. Known: {string.Join(", ", _known.Where(key => key.StartsWith(section + ":", StringComparison.OrdinalIgnoreCase)).Order(StringComparer.Ordinal))}.");
    }

    private bool IsKnown(string key) => _known.Contains(key) || (key.LastIndexOf(':') is > 0 and int end && _lists.Contains(key[..end]));

    private string? Raw(string key)
    {
        _known.Add(key);
        return configuration[key]?.Trim();
    }
}
