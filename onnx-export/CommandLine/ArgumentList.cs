namespace OnnxExport.CommandLine;

/// <summary>Command-line arguments of the form --key value, and --switch without one.</summary>
internal sealed class ArgumentList
{
    private readonly Dictionary<string, string> values = new(StringComparer.Ordinal);

    /// <param name="arguments">As given; --key=value is taken too.</param>
    /// <param name="keys">Keys that take a value.</param>
    /// <param name="switches">Keys that take none.</param>
    /// <exception cref="UsageException">An unknown or repeated key, or a missing value.</exception>
    public ArgumentList(ReadOnlySpan<string> arguments, string[] keys, string[] switches)
    {
        for (int i = 0; i < arguments.Length; i++)
        {
            string[] parts = arguments[i].Split('=', 2);
            string key = parts[0];
            string value = "";
            if (keys.Contains(key))
            {
                if (parts.Length == 1 && (i + 1 == arguments.Length || arguments[i + 1].StartsWith("--", StringComparison.Ordinal)))
                    throw new UsageException($"{key} needs a value.");
                value = parts.Length == 2 ? parts[1] : arguments[++i];
            }
            else if (!switches.Contains(key) || parts.Length == 2)
            {
                throw new UsageException($"{arguments[i]} is unknown; known are {string.Join(", ", keys.Concat(switches))}.");
            }
            if (!values.TryAdd(key, value))
                throw new UsageException($"{key} is given twice.");
        }
    }

    public bool Has(string key) => values.ContainsKey(key);

    public string? Optional(string key) => values.GetValueOrDefault(key);

    public string Required(string key) =>
        values.GetValueOrDefault(key) is { Length: > 0 } value ? value : throw new UsageException($"{key} is missing.");

    /// <summary>A value out of an enumeration, named in lower case.</summary>
    public T Choice<T>(string key, T? otherwise = null) where T : struct, Enum
    {
        if (Optional(key) is not { } value)
            return otherwise ?? throw new UsageException($"{key} is missing; it is one of {Names<T>()}.");
        foreach (T choice in Enum.GetValues<T>())
        {
            if (string.Equals(choice.ToString(), value, StringComparison.OrdinalIgnoreCase))
                return choice;
        }
        throw new UsageException($"{key} is \"{value}\"; it must be one of {Names<T>()}.");
    }

    private static string Names<T>() where T : struct, Enum => string.Join(", ", Enum.GetNames<T>().Select(name => name.ToLowerInvariant()));
}
