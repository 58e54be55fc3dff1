using System.Text;

namespace HunyuanOcr.Web.Api.OpenApi;

/// <summary>A program that calls this server, as the page shows it; the very files are run as tests.</summary>
/// <param name="Topic">What it shows: the file's name.</param>
/// <param name="Language">sh, py or cs: the file's ending.</param>
/// <param name="Text">The program.</param>
internal sealed record Snippet(string Topic, string Language, string Text)
{
    /// <summary>Stands in the files where the server's address belongs.</summary>
    internal const string Address = "http://localhost:7860";

    /// <summary>What the page shows, in this order.</summary>
    internal static IReadOnlyList<string> Topics { get; } = ["chat", "chat-stream", "completions", "ocr-picture", "ocr-pdf", "ocr-stream"];

    /// <summary>Endings and the languages' names.</summary>
    internal static IReadOnlyList<(string Ending, string Name)> Languages { get; } = [("sh", "curl"), ("py", "Python"), ("cs", "C#")];

    /// <param name="address">This server's, without a slash at its end.</param>
    internal static Snippet Read(string topic, string language, string address)
    {
        using Stream file = typeof(Snippet).Assembly.GetManifestResourceStream($"snippets/{topic}.{language}") ?? throw new ArgumentException($"There is no snippet {topic}.{language}.", nameof(topic));
        using StreamReader reader = new(file);
        string text = reader.ReadToEnd().Trim();
        return new(topic, language, language == "cs" ? Program(text, address) : text.Replace(Address, address, StringComparison.Ordinal));
    }

    /// <summary>The C# files are classes, so that tests compile them; shown is the body of their one method behind its parameters' values.</summary>
    private static string Program(string text, string address)
    {
        string[] lines = text.Split('\n');
        StringBuilder program = new();
        foreach (string line in lines.Where(line => line.StartsWith("using ", StringComparison.Ordinal)))
            program.Append(line).Append('\n');
        program.Append(System.Globalization.CultureInfo.InvariantCulture, $"\nstring server = \"{address}\", key = \"YOUR_KEY\";\n");
        int begin = Array.FindIndex(lines, line => line == "    {"), end = Array.FindLastIndex(lines, line => line == "    }");
        foreach (string line in lines[(begin + 1)..end])
            program.Append(line.Length > 8 ? line[8..] : "").Append('\n');
        return program.ToString().TrimEnd();
    }
}
