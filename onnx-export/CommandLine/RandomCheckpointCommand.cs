using System.Globalization;
using OnnxExport.Configuration;
using OnnxExport.Output;
using OnnxExport.RandomCheckpoint;

namespace OnnxExport.CommandLine;

/// <summary>What make-random was asked for.</summary>
internal sealed record RandomCheckpointOptions(string Output, ConfigurationLayout Layout, int Shards, ulong Seed, string? Configuration);

/// <summary>onnx-export make-random ...: writes a checkpoint of random weights.</summary>
internal static class RandomCheckpointCommand
{
    private static readonly string[] Keys = ["--layout", "--output", "--shards", "--seed", "--config"];

    /// <exception cref="UsageException">A key is unknown, missing or out of range.</exception>
    public static RandomCheckpointOptions Parse(ReadOnlySpan<string> arguments)
    {
        var list = new ArgumentList(arguments, Keys, []);
        return new RandomCheckpointOptions(
            list.Required("--output"),
            list.Choice<ConfigurationLayout>("--layout"),
            (int)Number(list, "--shards", 1, 1, 1000),
            Number(list, "--seed", 1, 0, ulong.MaxValue),
            list.Optional("--config"));
    }

    public static void Run(RandomCheckpointOptions options, TextWriter output, bool isTerminal, CancellationToken cancel)
    {
        JsonSection root = options.Configuration is { } file ? JsonSection.Read(file) : JsonSection.Parse("public-config.json", PublicConfiguration());
        long parameters = RandomCheckpointWriter.Write(options.Output, ConfigurationReader.Read(root), options.Layout, options.Shards,
            options.Seed, new ExportProgress(output, isTerminal), cancel);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{options.Output}: {parameters:N0} parameters."));
    }

    /// <summary>config.json of the public sizes.</summary>
    public static byte[] PublicConfiguration()
    {
        using Stream resource = typeof(RandomCheckpointCommand).Assembly.GetManifestResourceStream("public-config.json")!;
        var bytes = new byte[resource.Length];
        resource.ReadExactly(bytes);
        return bytes;
    }

    private static ulong Number(ArgumentList list, string key, ulong otherwise, ulong least, ulong most)
    {
        if (list.Optional(key) is not { } text)
            return otherwise;
        return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) && value >= least && value <= most
            ? value
            : throw new UsageException($"{key} is \"{text}\"; it must be a whole number from {least} to {most}.");
    }
}
