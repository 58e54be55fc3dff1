using OnnxExport.Graphs;
using OnnxExport.Graphs.Cpu;
using OnnxExport.Graphs.Cuda;
using OnnxExport.Output;
using OnnxExport.Weights;

namespace OnnxExport.CommandLine;

/// <summary>onnx-export --checkpoint ... : exports a model folder.</summary>
internal static class ExportCommand
{
    private static readonly string[] Keys = ["--checkpoint", "--output", "--target", "--precision", "--vision-precision", "--kernels", "--name"];

    /// <exception cref="UsageException">A key is unknown or missing, or the combination is not supported.</exception>
    public static ExportOptions Parse(ReadOnlySpan<string> arguments)
    {
        var list = new ArgumentList(arguments, Keys, ["--force"]);
        string checkpoint = list.Required("--checkpoint");
        string output = list.Required("--output");
        var target = list.Choice<ExportTarget>("--target");
        var options = new ExportOptions
        {
            Checkpoint = checkpoint,
            Output = output,
            Target = target,
            Precision = list.Choice<Precision>("--precision"),
            // Weights of bfloat16 fit into float16, which keeps eight times as fine a grid for everything computed from them.
            VisionPrecision = list.Choice<Precision>("--vision-precision", target == ExportTarget.Cuda ? Precision.Fp16 : Precision.Fp32),
            Kernels = Kernels(list, target),
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

    private static CudaKernels Kernels(ArgumentList list, ExportTarget target)
    {
        if (list.Optional("--kernels") is not { } names)
            return target == ExportTarget.Cuda ? CudaKernels.Ours : CudaKernels.None;
        if (target != ExportTarget.Cuda)
            throw new UsageException("--kernels is for --target cuda.");
        return KernelNames.Parse(names)
            ?? throw new UsageException($"--kernels is \"{names}\"; it must be operators, ours, or some of {string.Join(",", KernelNames.Of(CudaKernels.Ours))}.");
    }

    private static void DemandSupported(ExportOptions options)
    {
        IReadOnlyList<Precision> supported = options.Target == ExportTarget.Cuda ? CudaTarget.Supported : CpuTarget.Supported;
        DemandSupported("--precision", options.Precision, options.Target, supported);
        DemandSupported("--vision-precision", options.VisionPrecision, options.Target, supported);
    }

    private static void DemandSupported(string key, Precision given, ExportTarget target, IReadOnlyList<Precision> supported)
    {
        if (!supported.Contains(given))
            throw new UsageException($"{key} {Lower(given)} is not supported for --target {Lower(target)}; it must be {string.Join(" or ", supported.Select(Lower))}.");
    }

    private static string Lower<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();
}
