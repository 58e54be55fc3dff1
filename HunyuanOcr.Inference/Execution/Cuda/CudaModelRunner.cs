using HunyuanOcr.Inference.Checkpoints;
using HunyuanOcr.Inference.Execution.Cpu;
using HunyuanOcr.Inference.Execution.Cuda.Operators;
using HunyuanOcr.Inference.Execution.OnnxRuntime;
using HunyuanOcr.Inference.Imaging;
using HunyuanOcr.Inference.Sampling;
using HunyuanOcr.Inference.Scheduling;

namespace HunyuanOcr.Inference.Execution.Cuda;

/// <summary>Runs an exported model on an NVIDIA card: decoding in recorded graphs, prompts beside them, pictures on a stream of their own.</summary>
internal sealed class CudaModelRunner : IModelRunner
{
    /// <summary>Lengths recorded before the first request; longer ones are recorded when a sequence first grows so long.</summary>
    private const int RecordedLengths = 2;

    /// <summary>Blocks of the cache with which the memory of a step is measured, before the pool is sized by what is left.</summary>
    private const int TrialBlocks = 1;

    private readonly OrtEnvironment environment;
    private readonly CudaContext card;
    private readonly CardMemoryGauge cardMemory;
    private readonly CudaStream steps;
    private readonly CudaStream pictures;
    private readonly OrtMemoryInfo cudaMemory;
    private readonly OrtMemoryInfo cpuMemory;
    private readonly EmbeddingTable embeddings;
    private readonly SharedWeights weights;
    private readonly CudaVisionTower vision;
    private readonly LogitsBuffer logits;
    private readonly TokenOutputs decoded;
    private readonly TokenOutputs prefilled;
    private readonly PrefillRunner prefill;
    private readonly CudaKeyValueCache cache;
    private readonly DecodeRunners decode;

    private readonly CardOperators operators;
    private readonly OrtCustomOpDomain? domain;
    private readonly CudaTimer timer;
    private readonly StepParts parts = new();
    private readonly TokenChoice[] choices;
    private readonly int prefillTokens;
    private long modelTicks;

    /// <summary>Held while a picture runs, while a graph is recorded and while the card is let go: meanwhile nobody may ask the driver for memory.</summary>
    private readonly Lock recording = new();

    private CudaModelRunner(EngineOptions options, ModelFolder folder, CudaDriver driver, long maxPixels, int context)
    {
        Shape = folder.Shape;
        BlockSize = options.BlockSize;
        choices = new TokenChoice[options.MaxSequences];
        prefillTokens = Math.Min(options.MaxScheduledTokens, context);
        GraphFile decodeGraph = folder.Decode ?? throw new OcrConfigurationException([$"The model in {folder.Location} has no decode graph. {ModelFolder.Remedy}"]);
        OrtApi api = OrtApi.Load(DeviceChoice.CudaFolder(options));
        try
        {
            card = CudaContext.Open(driver);
            cardMemory = new CardMemoryGauge(card, recording);
            environment = OrtEnvironment.Create(api, options.Threads > 0 ? options.Threads : Math.Min(Environment.ProcessorCount, 4));
            (cudaMemory, cpuMemory) = (OrtMemoryInfo.Cuda(api, card.Ordinal), OrtMemoryInfo.Cpu(api));
            (steps, pictures, timer) = (new CudaStream(card, first: true), new CudaStream(card, first: false), new CudaTimer(card));
            (OrtMemoryInfo, OrtMemoryInfo) memory = (cudaMemory, cpuMemory);
            embeddings = new EmbeddingTable(folder.PathOf(folder.Embedding.FileName), folder.Embedding);
            weights = new SharedWeights(card, steps, cudaMemory, folder);
            operators = new CardOperators(card, ElementType(folder.Export.Precision), ElementType(folder.Export.VisionPrecision), folder.Kernels);
            domain = operators.Operators.Count > 0 ? OrtCustomOpDomain.Create(api, "hunyuanocr", operators.Operators) : null;
            var sessions = new CudaSessions(environment, card, folder, domain);
            vision = new CudaVisionTower(card, pictures, sessions.Open(folder.Vision, pictures, records: false, null), Shape, folder.Vision, memory);
            int rows = Math.Max(options.MaxSequences, DecodeBuckets.MostSequences);
            logits = new LogitsBuffer(card, cudaMemory, rows, Shape.VocabularySize);
            (decoded, prefilled) = (new TokenOutputs(card, cudaMemory, rows, Shape.VocabularySize), new TokenOutputs(card, cudaMemory, rows, Shape.VocabularySize));
            prefill = new PrefillRunner(card, steps, sessions.Open(folder.Decoder, steps, records: false, weights), folder, memory, (prefilled, logits), embeddings, options, context);
            List<(OrtSession Session, GraphFile Graph, int Sequences)> graphs =
                [.. DecodeRunners.Graphs(folder, decodeGraph).Select(part => (sessions.Open(part.Graph, steps, records: true, weights), part.Graph, part.Sequences))];
            TakeWorkingMemory(maxPixels);
            (long free, long total) = card.Memory();
            long parts = DecodeRunners.BytesOfParts(folder.Kernels, Shape, options.MaxSequences, context);
            cache = new CudaKeyValueCache(card, steps, Shape, BlockSize, CachePool.CountBlocks(Shape, options, context, parts, free, total));
            prefill.Bind(cache);
            decode = new DecodeRunners(graphs.Select(part => new DecodeRunner(card, steps, part.Session, part.Graph, memory, cache, (decoded, logits),
                new DecodeBuckets(Math.Min(part.Sequences, options.MaxSequences), context, BlockSize), BlockSize, context)));
        }
        catch (Exception reason)
        {
            Dispose();
            if (reason is CudaException or OrtException or InvalidDataException)
                throw new OcrConfigurationException([$"The model in {folder.Location} cannot be loaded on the card: {reason.Message}"], reason);
            throw;
        }
    }

    public ModelShape Shape { get; }

    public string Device => card.Name;

    public int BlockCount => cache.Blocks;

    public int BlockSize { get; }

    /// <summary>Time during which the card worked on steps.</summary>
    public TimeSpan ModelTime => TimeSpan.FromTicks(modelTicks);

    public (long Used, long Total)? Memory => cardMemory.Latest;

    /// <summary>Loads the graphs and takes the card's memory.</summary>
    /// <param name="options">Sequences, tokens, cache and block size.</param>
    /// <param name="folder">The model, exported for CUDA.</param>
    /// <param name="maxPixels">Pixels that the model sees of one picture at most.</param>
    /// <param name="context">Most tokens of a sequence.</param>
    /// <exception cref="OcrConfigurationException">A graph is damaged, the card is too small, or ONNX Runtime is missing.</exception>
    public static CudaModelRunner Open(EngineOptions options, ModelFolder folder, long maxPixels, int context)
    {
        CudaDriver driver = CudaDriver.TryLoad() ?? throw new OcrConfigurationException([$"{CudaDriver.LibraryName} is missing: this machine has no NVIDIA driver."]);
        return new CudaModelRunner(options, folder, driver, maxPixels, context);
    }

    public VisionVectors Encode(ScaledPicture picture)
    {
        lock (recording)
            return vision.Encode(picture);
    }

    /// <summary>Recorded graphs and the libraries' handles belong to the thread that made them: this is the one that runs the steps.</summary>
    public void Prepare()
    {
        card.Enter();
        lock (recording)
        {
            prefill.RunLargest(prefillTokens);
            decode.Record(RecordedLengths);
            cardMemory.Read();
        }
    }

    public StepResult Run(StepPlan plan)
    {
        if (plan.TokenCount == 0)
            return default;
        parts.Part(plan);
        if (NeedsLogits(parts.Decoding) || NeedsLogits(parts.Prefilling))
            logits.Reserve(plan.LogitsCount);
        try
        {
            timer.Begin(steps);
            for (int first = 0; first < parts.Decoding.Count; first += DecodeBuckets.MostSequences)
                Decode(first, Math.Min(DecodeBuckets.MostSequences, parts.Decoding.Count - first));
            if (parts.Prefilling.Count > 0)
                Prefill();
            timer.End(steps);
        }
        catch
        {
            // The next step writes where this one may still be reading.
            steps.Settle();
            throw;
        }

        steps.Wait();
        modelTicks += timer.Elapsed().Ticks;
        ReadChoices(prefilled, parts.Prefilling, 0, parts.Prefilling.Count);
        ReadChoices(decoded, parts.Decoding, parts.Decoding.Count - LastChunk(parts.Decoding.Count), LastChunk(parts.Decoding.Count));
        return new StepResult(logits.Rows(plan.LogitsCount), Shape.VocabularySize, choices.AsSpan(0, plan.LogitsCount));
    }

    /// <summary>Runs over what was made, last first; of a runner that could not be made, only what there is.</summary>
    public void Dispose()
    {
        decode?.Dispose();
        prefill?.Dispose();
        vision?.Dispose();
        cache?.Dispose();
        logits?.Dispose();
        decoded?.Dispose();
        prefilled?.Dispose();
        domain?.Dispose();
        operators?.Dispose();
        weights?.Dispose();
        embeddings?.Dispose();
        timer?.Dispose();
        steps?.Dispose();
        pictures?.Dispose();
        cudaMemory?.Dispose();
        cpuMemory?.Dispose();
        environment?.Dispose();
        // Somebody may just be asking how much memory is free.
        lock (recording)
            card?.Dispose();
    }

    private static int LastChunk(int count) => count == 0 ? 0 : ((count - 1) % DecodeBuckets.MostSequences) + 1;

    private static OrtElementType ElementType(string precision) => precision == "bf16" ? OrtElementType.BFloat16 : OrtElementType.Float16;

    private static bool NeedsLogits(IReadOnlyList<PartSlice> slices)
    {
        for (int i = 0; i < slices.Count; i++)
            if (slices[i].Row >= 0 && slices[i].Slice.Sequence.NeedsLogits)
                return true;
        return false;
    }

    private void Decode(int first, int count)
    {
        int longest = 1;
        for (int i = first; i < first + count; i++)
            longest = Math.Max(longest, parts.Decoding[i].Slice.Start + 1);
        DecodeRunner runner = decode.For(count);
        DecodeBucket bucket = runner.Buckets.Of(count, longest);
        runner.Run(Recorded(runner, bucket), bucket, parts.Decoding, first, count);
        DownloadLogits(parts.Decoding, first, count);
        decoded.Download(steps);
        if (first + count == parts.Decoding.Count)
            return;
        steps.Wait();
        ReadChoices(decoded, parts.Decoding, first, count);
    }

    private RecordedStep Recorded(DecodeRunner runner, DecodeBucket bucket)
    {
        if (runner.Find(bucket) is { } known)
            return known;
        lock (recording)
            return runner.Record(bucket);
    }

    private void Prefill()
    {
        prefill.Run(parts.Prefilling);
        DownloadLogits(parts.Prefilling, 0, parts.Prefilling.Count);
        prefilled.Download(steps);
    }

    // The graph's rows are those of the slices that have one, in order.
    private void DownloadLogits(IReadOnlyList<PartSlice> slices, int first, int count)
    {
        for (int i = first, from = 0; i < first + count; i++)
        {
            if (slices[i].Row < 0)
                continue;
            if (slices[i].Slice.Sequence.NeedsLogits)
                logits.Download(steps, from, slices[i].Row);
            from++;
        }
    }

    private void ReadChoices(TokenOutputs outputs, IReadOnlyList<PartSlice> slices, int first, int count)
    {
        for (int i = first, from = 0; i < first + count; i++)
            if (slices[i].Row >= 0)
                outputs.Read(from++, ref choices[slices[i].Row]);
    }

    // The largest picture and the largest step run once, so that what is free afterwards is free for good.
    private void TakeWorkingMemory(long maxPixels)
    {
        int unit = Shape.PatchSize * Shape.MergeSize, side = Math.Max(1, (int)Math.Sqrt(maxPixels) / unit) * Shape.MergeSize;
        int pixels = side * Shape.PatchSize;
        var extractor = new PatchExtractor(new PreprocessorOptions { PatchSize = Shape.PatchSize });
        using (var largest = new ScaledPicture(new RgbImage(pixels, pixels), extractor))
            vision.Encode(largest);
        using CudaKeyValueCache trial = new(card, steps, Shape, BlockSize, TrialBlocks);
        prefill.Bind(trial);
        prefill.RunLargest(prefillTokens);
    }
}
