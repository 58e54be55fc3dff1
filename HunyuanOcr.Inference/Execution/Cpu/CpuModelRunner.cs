using System.Diagnostics;
using HunyuanOcr.Inference.Checkpoints;
using HunyuanOcr.Inference.Execution.Cpu.Kernels;
using HunyuanOcr.Inference.Execution.OnnxRuntime;
using HunyuanOcr.Inference.Imaging;
using HunyuanOcr.Inference.Scheduling;

namespace HunyuanOcr.Inference.Execution.Cpu;

/// <summary>Runs an exported model on the CPU.</summary>
internal sealed class CpuModelRunner : IModelRunner
{
    private readonly OrtEnvironment environment;
    private readonly OrtCustomOpDomain domain;
    private readonly OrtMemoryInfo memory;
    private readonly VisionTower vision;
    private readonly EmbeddingTable embeddings;
    private readonly KeyValueCache cache;
    private readonly OrtSession decoder;
    private readonly OrtIoBinding binding;
    private readonly StepInputs inputs;
    private readonly BoundInput<float> logits;
    private readonly DeviceTurns turns = new();
    private long modelTicks;

    private CpuModelRunner(EngineOptions options, ModelFolder folder, string? profile)
    {
        Shape = folder.Shape;
        BlockSize = options.BlockSize;
        int blocks = KeyValueCache.CountBlocks(Shape, options);
        OrtApi api = OrtApi.Load(options.NativeFolder);
        int threads = options.Threads > 0 ? options.Threads : Environment.ProcessorCount;
        try
        {
            environment = OrtEnvironment.Create(api, threads);
            memory = OrtMemoryInfo.Cpu(api);
            domain = OrtCustomOpDomain.Create(api, "hunyuanocr", new PagedAttentionOperator(threads, VectorWidths.Best), new SwiGluOperator(VectorWidths.Best));
            embeddings = new EmbeddingTable(folder.PathOf(folder.Embedding.FileName), folder.Embedding);
            vision = new VisionTower(OpenSession(folder, folder.Vision, profile), Shape, folder.Vision, memory);
            decoder = OpenSession(folder, folder.Decoder, profile);
            binding = OrtIoBinding.Create(decoder);
            cache = new KeyValueCache(Shape, BlockSize, blocks);
            cache.Bind(binding, folder.Decoder, memory);
            inputs = new StepInputs(Shape, BlockSize, embeddings, folder.Decoder, memory);
            logits = new BoundInput<float>(folder.Decoder.Native("logits"), memory, OrtElementType.Float, output: true);
        }
        catch
        {
            // Sessions with their weights and the mapped table, which a host that loads another model must not wait for.
            Dispose();
            throw;
        }
    }

    public ModelShape Shape { get; }

    public string Device => "cpu";

    public int BlockCount => cache.Blocks;

    public int BlockSize { get; }

    public TimeSpan ModelTime => Stopwatch.GetElapsedTime(0, modelTicks);

    /// <summary>Loads the graphs and takes the memory of the cache.</summary>
    /// <param name="options">Threads, cache and block size.</param>
    /// <param name="folder">The model, exported for the CPU.</param>
    /// <param name="profile">Path and beginning of the files for a time of each node; null writes none.</param>
    /// <exception cref="OcrConfigurationException">A graph is damaged, the cache does not fit, or ONNX Runtime is missing.</exception>
    public static CpuModelRunner Open(EngineOptions options, ModelFolder folder, string? profile = null)
    {
        try
        {
            return new(options, folder, profile);
        }
        catch (OrtException reason)
        {
            throw new OcrConfigurationException([$"The graphs in {folder.Location} are not those that {ModelFolder.ConfigurationName} describes: {reason.Message.TrimEnd('.', ' ')}. {ModelFolder.Remedy}"], reason);
        }
    }

    public VisionVectors Encode(ScaledPicture picture)
    {
        using (turns.TakeForVision())
            return vision.Encode(picture);
    }

    public StepResult Run(StepPlan plan)
    {
        if (plan.TokenCount == 0)
            return default;
        int rows = StepInputs.LogitsRows(plan);
        Span<float> result = logits.Reserve((long)rows * Shape.VocabularySize);
        logits.Bind(binding, rows, Shape.VocabularySize);
        inputs.Fill(plan, binding);
        using (turns.TakeForStep())
        {
            long started = Stopwatch.GetTimestamp();
            decoder.Run(binding);
            modelTicks += Stopwatch.GetTimestamp() - started;
        }
        return new StepResult(result[..(plan.LogitsCount * Shape.VocabularySize)], Shape.VocabularySize);
    }

    /// <summary>The binding first, then what it points at. Of a runner that could not be made, only what there is.</summary>
    public void Dispose()
    {
        binding?.Dispose();
        inputs?.Dispose();
        logits?.Dispose();
        cache?.Dispose();
        decoder?.Dispose();
        vision?.Dispose();
        embeddings?.Dispose();
        memory?.Dispose();
        domain?.Dispose();
        environment?.Dispose();
    }

    private OrtSession OpenSession(ModelFolder folder, GraphFile graph, string? profile)
    {
        string path = folder.PathOf(graph.FileName);
        using OrtSessionOptions options = OrtSessionOptions.Create(environment.Api);
        options.Add(domain);
        options.DisableMemoryPattern();
        if (profile is not null)
            options.EnableProfiling(profile + Path.GetFileNameWithoutExtension(path));
        try
        {
            return OrtSession.Open(environment, path, options);
        }
        catch (OrtException reason)
        {
            throw new OcrConfigurationException([$"{path} cannot be loaded: {reason.Message.TrimEnd('.')}. {ModelFolder.Remedy}"], reason);
        }
    }
}
