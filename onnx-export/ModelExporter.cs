using OnnxExport.Checkpoints;
using OnnxExport.Configuration;
using OnnxExport.Graphs;
using OnnxExport.Graphs.Cpu;
using OnnxExport.Graphs.Cuda;
using OnnxExport.Output;
using OnnxExport.Weights;

namespace OnnxExport;

/// <summary>Turns a checkpoint into a model folder.</summary>
internal sealed class ModelExporter(ExportProgress progress, DiskSpace disk, WorkingMemory memory, TimeProvider clock)
{
    // Room for the file system's own records of the files.
    private const long SlackBytes = 1 << 20;

    private static readonly string[] CopiedFiles =
        ["tokenizer.json", "tokenizer_config.json", "preprocessor_config.json", "generation_config.json", "config.json", "chat_template.jinja"];

    /// <summary>Checks everything that can be known beforehand, then streams the weights. Nothing appears at the output before all is written.</summary>
    /// <exception cref="ConfigurationException">config.json or another JSON file cannot be exported.</exception>
    /// <exception cref="CheckpointException">A weight is missing, damaged or of a wrong shape.</exception>
    /// <exception cref="ExportException">The output is taken, or the disk is full.</exception>
    /// <exception cref="OperationCanceledException">The export was interrupted.</exception>
    public ExportResult Export(ExportOptions options, CancellationToken cancel)
    {
        string target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.Output));
        PartialFolder.Recover(target);
        DemandFreeTarget(target, options.Force);
        if (!Directory.Exists(options.Checkpoint))
            throw new ConfigurationException($"The checkpoint folder {options.Checkpoint} does not exist.");
        ModelConfiguration model = ConfigurationReader.Read(options.Checkpoint);
        GenerationDefaults generation = GenerationDefaults.Read(options.Checkpoint, model.Text);
        using Checkpoint checkpoint = Checkpoint.Open(options.Checkpoint);
        GraphSet graphs = Target(options).Build(checkpoint, model, options.Precision, options.VisionPrecision);
        StoredTensor embedding = checkpoint.Get(WeightNames.Text + "embed_tokens.weight", model.Text.VocabularySize, model.Text.HiddenSize);
        string[] copied = [.. CopiedFiles.Select(name => Path.Combine(options.Checkpoint, name)).Where(File.Exists)];

        long total = graphs.TotalBytes + embedding.ByteLength + copied.Sum(file => new FileInfo(file).Length);
        using PartialFolder folder = PartialFolder.Create(target, memory, progress, cancel);
        disk.Demand(Path.GetDirectoryName(target)!, total + SlackBytes);
        progress.Start(total);
        try
        {
            graphs.WriteTo(folder);
            EmbeddingTable.Write(folder, embedding);
            foreach (string file in copied)
                folder.Copy(file);
            if (options.Target == ExportTarget.Cuda)
                folder.WriteJson(SharedWeights.FileName, SharedWeights.Create(graphs));
            folder.WriteJson(GenaiConfiguration.FileName, GenaiConfiguration.Create(model, generation, embedding, graphs, options));
            ExportManifest.Write(folder, options, checkpoint.Hash(cancel), clock.GetUtcNow());
            folder.Publish();
            return new ExportResult(target, folder.Files.Count, folder.Files.Sum(file => file.Bytes));
        }
        catch (IOException fault) when (DiskSpace.IsFull(fault))
        {
            folder.Dispose();
            throw disk.Full(Path.GetDirectoryName(target)!, total + SlackBytes);
        }
        finally
        {
            progress.Clear();
        }
    }

    private static IGraphTarget Target(ExportOptions options) =>
        options.Target == ExportTarget.Cuda ? new CudaTarget(options.Kernels) : new CpuTarget();

    // Only what an export has made, or nothing at all, may be replaced: --force must not empty a home folder.
    private static void DemandFreeTarget(string target, bool force)
    {
        if (File.Exists(target))
            throw new ExportException($"{target} is a file; --output must name a folder.");
        if (!Directory.Exists(target) || !Directory.EnumerateFileSystemEntries(target).Any())
            return;
        if (!File.Exists(Path.Combine(target, ExportManifest.FileName)))
            throw new ExportException($"{target} exists and is no exported model; choose another --output.");
        if (!force)
            throw new ExportException($"{target} holds an exported model already; --force replaces it.");
    }
}

/// <param name="Folder">The model folder.</param>
/// <param name="Files">How many files it has.</param>
/// <param name="Bytes">Their size together.</param>
internal sealed record ExportResult(string Folder, int Files, long Bytes);
