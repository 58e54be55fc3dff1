using System.Globalization;

namespace HunyuanOcr.Web.Hosting;

/// <summary>What may stand behind the program's name: short names that people know from vLLM, and every setting as --Section:Key.</summary>
internal static class CommandLine
{
    internal const string Help = "--help";

    /// <summary>Name, key, and what a person reads about it.</summary>
    private static readonly (string Name, string Key, string Value, string Meaning)[] _names =
    [
        ("--model", "Model:Folder", "FOLDER", "the folder that onnx-export wrote"),
        ("--served-model-name", "Model:Name", "NAME", "the model's name in the API"),
        ("--host", "Listen:Host", "HOST", "address to listen on (localhost); 0.0.0.0 lets others in, and then a key is required"),
        ("--port", "Listen:Port", "PORT", "port to listen on (7860)"),
        ("--max-num-seqs", "Engine:MaxSequences", "N", "most sequences in one step (16)"),
        ("--max-model-len", "Engine:MaxContext", "TOKENS", "most tokens of prompt and answer (the model's)"),
        ("--max-num-batched-tokens", "Engine:MaxScheduledTokens", "TOKENS", "most tokens in one step (1024)"),
        ("--gpu-memory-utilization", "Engine:GpuMemoryFraction", "SHARE", "share of the card's memory that may be used (0.9)"),
    ];

    /// <summary>What the host itself understands.</summary>
    private static readonly string[] _host =
    [
        WebHostDefaults.ServerUrlsKey, WebHostDefaults.EnvironmentKey, WebHostDefaults.ContentRootKey, WebHostDefaults.ApplicationKey, WebHostDefaults.WebRootKey,
        WebHostDefaults.DetailedErrorsKey, WebHostDefaults.CaptureStartupErrorsKey, WebHostDefaults.PreferHostingUrlsKey, WebHostDefaults.ShutdownTimeoutKey,
        WebHostDefaults.StaticWebAssetsKey, WebHostDefaults.SuppressStatusMessagesKey, WebHostDefaults.PreventHostingStartupKey, "AllowedHosts",
    ];

    /// <summary>Sections that belong to ASP.NET Core.</summary>
    private static readonly string[] _hostSections = ["Logging", "Kestrel"];

    /// <summary>Short names to keys, as the configuration's own reader takes them.</summary>
    internal static Dictionary<string, string> Names { get; } = _names.ToDictionary(name => name.Name, name => name.Key);

    /// <summary>What is wrong with the arguments themselves: a name that nobody reads, or one without its value.</summary>
    internal static IReadOnlyList<string> Faults(IReadOnlyList<string> arguments)
    {
        List<string> faults = [];
        for (int i = 0; i < arguments.Count; i++)
        {
            string argument = arguments[i];
            int equals = argument.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? argument : argument[..equals];
            if (!name.StartsWith("--", StringComparison.Ordinal))
            {
                faults.Add($"\"{argument}\" is no argument: settings are given as --name value or --name=value. {Help} lists them.");
                continue;
            }
            // An empty value sets nothing; test hosts hand on whole sections that way.
            if (equals != argument.Length - 1 && !IsKnown(name))
                faults.Add($"{name} is not known. {Help} lists what is.");
            // The value is the next argument whatever it looks like: the configuration's reader takes -1 and --x for values too.
            if (equals < 0 && ++i == arguments.Count)
                faults.Add($"{name} has no value.");
        }
        return faults;
    }

    internal static string HelpText()
    {
        List<string> lines =
        [
            "HunyuanOcr.Web: reads documents in a web page and by an API that OpenAI's clients speak.",
            "",
            "  HunyuanOcr.Web [--name value ...]       starts the server",
            "  HunyuanOcr.Web --self-check             loads the model, checks it and ends",
            .. Security.KeysCommand.Usage.Split('\n').Select(line => "  " + line),
            "",
        ];
        lines.AddRange(_names.Select(name => string.Create(CultureInfo.InvariantCulture, $"  {name.Name + " " + name.Value,-34} {name.Meaning}; {name.Key}")));
        lines.Add("");
        lines.Add("Every setting can be given by its own name as well, as --Limits:MaxPixels 20000000, in the environment as");
        lines.Add("Limits__MaxPixels=20000000, or in appsettings.json. All of them, described in docs/configuration.md:");
        lines.Add("");
        lines.AddRange(StudioOptions.KnownKeys().Order(StringComparer.Ordinal).Select(key => "  " + key));
        return string.Join(Environment.NewLine, lines);
    }

    private static bool IsKnown(string name)
    {
        string key = name[2..];
        return Names.ContainsKey(name)
            || _host.Contains(key, StringComparer.OrdinalIgnoreCase)
            || (key.IndexOf(':', StringComparison.Ordinal) is > 0 and int end && (StudioOptions.Sections.Contains(key[..end], StringComparer.OrdinalIgnoreCase) || _hostSections.Contains(key[..end], StringComparer.OrdinalIgnoreCase)));
    }
}
