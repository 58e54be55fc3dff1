using System.Collections.Concurrent;
using OnnxExport.CommandLine;

namespace HunyuanOcr.Inference.Tests;

/// <summary>The demo checkpoint as a model folder under .cache/models, exported where it is absent or older than the exporter or the checkpoint.</summary>
internal static class ExportedDemoModel
{
    private static readonly ConcurrentDictionary<string, Lazy<string>> Folders = new(StringComparer.Ordinal);

    /// <summary>The folder that holds HunyuanOcr.sln.</summary>
    public static string Repository { get; } = FindRepository();

    /// <param name="precision">fp32 or int8 for a CPU, fp16 or bf16 for a card.</param>
    /// <param name="kernels">For a card: operators or ours.</param>
    public static string Folder(string precision = "fp32", string kernels = "operators") =>
        Folders.GetOrAdd(kernels == "operators" ? precision : $"{precision}-{kernels}", key => new Lazy<string>(() => Export(key, precision, kernels))).Value;

    private static string Export(string name, string precision, string kernels)
    {
        string checkpoint = Path.Combine(Repository, "demo-model", "checkpoint"), models = Path.Combine(Repository, ".cache", "models");
        string folder = Path.Combine(models, $"demo-{name}"), record = Path.Combine(folder, "export.json");
        Directory.CreateDirectory(models);
        using FileStream turn = WaitForTurn(Path.Combine(models, $"demo-{name}.lock"));
        DateTime source = Directory.EnumerateFiles(checkpoint).Append(typeof(ExportCommand).Assembly.Location).Max(File.GetLastWriteTimeUtc);
        if (!File.Exists(record) || File.GetLastWriteTimeUtc(record) < source)
        {
            string[] target = precision is "fp16" or "bf16" ? ["cuda", "--kernels", kernels] : ["cpu"];
            string[] arguments = ["--checkpoint", checkpoint, "--output", folder, "--target", .. target, "--precision", precision, "--name", "demo", "--force"];
            ExportCommand.Run(ExportCommand.Parse(arguments), TextWriter.Null, isTerminal: false, CancellationToken.None);
        }

        return folder;
    }

    /// <summary>Other test projects export the same model.</summary>
    private static FileStream WaitForTurn(string path)
    {
        for (int attempt = 0; ; attempt++)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException) when (attempt < 1200)
            {
                Thread.Sleep(100);
            }
        }
    }

    private static string FindRepository()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "HunyuanOcr.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds HunyuanOcr.sln.");
    }
}
