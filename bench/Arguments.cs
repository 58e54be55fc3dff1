using System.Globalization;

namespace HunyuanOcr.Bench;

/// <summary>Command line of a scenario: <c>--name value [value ...]</c>.</summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, List<string>> values = [];

    /// <exception cref="ArgumentException">A value stands before any name.</exception>
    public static Arguments Parse(IEnumerable<string> words)
    {
        var parsed = new Arguments();
        List<string>? current = null;
        foreach (string word in words)
            if (word.StartsWith("--", StringComparison.Ordinal))
                parsed.values[word[2..]] = current = [];
            else
                (current ?? throw new ArgumentException($"{word} stands before any --name.")).Add(word);
        return parsed;
    }

    public string? Optional(string name) => values.TryGetValue(name, out List<string>? found) && found.Count > 0 ? found[0] : null;

    public string Required(string name) => Optional(name) ?? throw new ArgumentException($"--{name} is missing.");

    public int Number(string name, int otherwise) => Optional(name) is { } text ? Whole(name, text) : otherwise;

    /// <summary>The whole numbers behind a name, in order.</summary>
    public IReadOnlyList<int> Numbers(string name) => [.. Files(name).Select(text => Whole(name, text))];

    /// <summary>The files behind a name, in order.</summary>
    public IReadOnlyList<string> Files(string name) =>
        values.TryGetValue(name, out List<string>? found) && found.Count > 0 ? found : throw new ArgumentException($"--{name} FILE... is missing.");

    private static int Whole(string name, string text) => int.TryParse(text, CultureInfo.InvariantCulture, out int number)
        ? number
        : throw new ArgumentException($"--{name} is {text}, not a whole number.");
}
