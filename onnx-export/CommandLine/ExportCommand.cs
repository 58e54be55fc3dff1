using OnnxExport.Graphs;
using OnnxExport.Graphs.Cpu;
using OnnxExport.Output;
using OnnxExport.Weights;

namespace OnnxExport.CommandLine;

/// <summary>onnx-export --checkpoint ... : exports a model folder.</summary>
internal static class ExportCommand
{
    private static readonly string[] Keys = ["--checkpoint", "--output", "--target", "--precision", "--vision-precision", "--name"];

    /// <exception cref="UsageException">A key is unknown or missing, or the combination is not supported.</exception>
    public static ExportOptions Parse(ReadOnlySpan<string> arguments)
    {
        var list = new ArgumentList(arguments, Keys, ["--force"]);
        string checkpoint = list.Required("--checkpoint");
        var options = new ExportOptions
        {
            Checkpoint = checkpoint,
            Output = list.Required("--output"),
            Target = list.Choice<ExportTarget>("--target"),
            Precision = list.Choice<Precision>("--precision"),
            VisionPrecision = list.Choice<Precision>("--vision-precision", Precision.Fp32),
            Name = list.Optional("--name") ?? Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(checkpoint))),
            Force = list.Has("--force"),
        };
        DemandSupported(options);
        return options;
    }

    public static void Run(ExportOptions options, TextWriter output, bool isTerminal, CancellationToken cancel)
    {
        var exporter = new ModelExporter(new ExportProgress(output, isTerminal), DiskSpace.Machine,
            new WorkingMemory(WorkingMemory.DefaultLimitBytes), TimeProvider.System);
        ExportResult result = exporter.Export(options, cancel);
        output.WriteLine($"{result.Folder}: {result.Files} files, {DiskSpace.Bytes(result.Bytes)}.");
    }

    private static void DemandSupported(ExportOptions options)
    {
        string supported = $"supported is --target cpu with --precision {string.Join(" or ", CpuTarget.Supported).ToLowerInvariant()}";
        if (options.Target != ExportTarget.Cpu)
            throw new UsageException($"--target {options.Target.ToString().ToLowerInvariant()} is not supported by this version; {supported}.");
        if (!CpuTarget.Supported.Contains(options.Precision))
            throw new UsageException($"--precision {options.Precision.ToString().ToLowerInvariant()} is not supported for --target cpu; {supported}.");
        if (!CpuTarget.Supported.Contains(options.VisionPrecision))
            throw new UsageException($"--vision-precision {options.VisionPrecision.ToString().ToLowerInvariant()} is not supported for --target cpu; it must be fp32 or int8.");
    }
}
