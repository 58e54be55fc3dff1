using System.Globalization;
using HunyuanOcr.Inference.Checkpoints;
using HunyuanOcr.Inference.Execution.OnnxRuntime;

namespace HunyuanOcr.Inference.Execution.Cuda;

/// <summary>Steps in which every sequence takes one token, each size recorded once as a CUDA graph and replayed from then on.</summary>
/// <remarks>The provider keeps recorded graphs by thread: all calls come from the engine's thread.</remarks>
internal sealed unsafe class DecodeRunner : IDisposable
{
    private readonly CudaStream stream;
    private readonly OrtSession session;
    private readonly GraphFile graph;
    private readonly OrtMemoryInfo cuda;
    private readonly OrtMemoryInfo cpu;
    private readonly CudaKeyValueCache cache;
    private readonly OrtElementType cacheType;
    private readonly TokenOutputs tokens;
    private readonly LogitsBuffer logits;
    private readonly PackedInputs inputs;
    private readonly int blockSize;
    private readonly int context;
    private readonly OrtRunOptions plain;
    private readonly Dictionary<DecodeBucket, RecordedStep> recorded = [];

    /// <param name="card">The card.</param>
    /// <param name="stream">The line of work of every step.</param>
    /// <param name="session">decode.onnx with CUDA graphs on.</param>
    /// <param name="graph">Its names.</param>
    /// <param name="memory">Where tensors lie: the card's memory and the machine's.</param>
    /// <param name="cache">Keys and values.</param>
    /// <param name="outputs">Where the chosen tokens and the logits go.</param>
    /// <param name="buckets">Sizes.</param>
    /// <param name="blockSize">Tokens in a block.</param>
    /// <param name="context">Most tokens of a sequence.</param>
    public DecodeRunner(CudaContext card, CudaStream stream, OrtSession session, GraphFile graph, (OrtMemoryInfo Cuda, OrtMemoryInfo Cpu) memory,
        CudaKeyValueCache cache, (TokenOutputs Tokens, LogitsBuffer Logits) outputs, DecodeBuckets buckets, int blockSize, int context)
    {
        (this.stream, this.session, this.graph, this.cache, this.blockSize, this.context) = (stream, session, graph, cache, blockSize, context);
        (cuda, cpu) = memory;
        (tokens, logits) = outputs;
        Buckets = buckets;
        cacheType = session.InputType(graph.Names["key_cache"].Replace("%d", "0", StringComparison.Ordinal));
        inputs = new PackedInputs(card, DecodeInputs.Capacity(buckets.Sequences[^1], buckets.Lengths[^1] / blockSize));
        plain = OrtRunOptions.Create(session.Api);
        plain.Set("gpu_graph_id", "-1");
    }

    public DecodeBuckets Buckets { get; }

    /// <summary>The graph of a size, if it has been recorded.</summary>
    public RecordedStep? Find(DecodeBucket bucket) => recorded.GetValueOrDefault(bucket);

    /// <summary>Records the graph of a size, if that has not been done. Nothing else may ask the driver for memory meanwhile.</summary>
    public RecordedStep Record(DecodeBucket bucket)
    {
        if (recorded.TryGetValue(bucket, out RecordedStep? known))
            return known;
        DecodeRows rows = DecodeRows.Take(inputs, bucket.Sequences, bucket.Tokens / blockSize);
        DecodeInputs.FillNothing(rows, Math.Min(bucket.Tokens, context));
        inputs.Upload(stream);
        var made = new RecordedStep(OrtIoBinding.Create(session), OrtRunOptions.Create(session.Api), GC.AllocateArray<int>(3, pinned: true));
        try
        {
            made.Replay.Set("gpu_graph_id", (recorded.Count + 1).ToString(CultureInfo.InvariantCulture));
            Bind(made, bucket, rows.Addresses);
            // Once outside, as libraries choose and compile kernels when they meet a shape for the first time, which no recording may hold.
            session.Run(made.Binding, plain);
            session.Run(made.Binding, made.Replay);
        }
        catch
        {
            made.Dispose();
            throw;
        }

        return recorded[bucket] = made;
    }

    /// <summary>Queues a step of some slices; the chosen tokens stand in the outputs' rows from 0 on.</summary>
    /// <param name="step">The size's graph, from <see cref="Record"/>.</param>
    /// <param name="bucket">The size.</param>
    /// <param name="slices">Decoding slices.</param>
    /// <param name="first">The first of them that runs.</param>
    /// <param name="count">How many run.</param>
    public void Run(RecordedStep step, DecodeBucket bucket, IReadOnlyList<PartSlice> slices, int first, int count)
    {
        DecodeInputs.Fill(DecodeRows.Take(inputs, bucket.Sequences, bucket.Tokens / blockSize), slices, first, count, blockSize);
        inputs.Upload(stream);
        session.Run(step.Binding, step.Replay);
    }

    public void Dispose()
    {
        foreach (RecordedStep step in recorded.Values)
            step.Dispose();
        plain.Dispose();
        inputs.Dispose();
        session.Dispose();
    }

    private void Bind(RecordedStep step, DecodeBucket bucket, DecodeAddresses at)
    {
        int rows = bucket.Sequences;
        Bind(step, "input_ids", OrtElementType.Int64, at.InputIds, rows);
        Bind(step, "positions", OrtElementType.Int64, at.Positions, rows);
        Bind(step, "cumulative_lengths", OrtElementType.Int32, at.CumulativeLengths, rows + 1);
        Bind(step, "past_lengths", OrtElementType.Int32, at.PastLengths, rows);
        Bind(step, "slot_mapping", OrtElementType.Int32, at.SlotMapping, rows);
        Bind(step, "block_table", OrtElementType.Int32, at.BlockTable, rows, bucket.Tokens / blockSize);
        (step.Metadata[0], step.Metadata[1], step.Metadata[2]) = (1, bucket.Tokens, bucket.LeastTokens);
        using OrtTensor metadata = new(cpu, OrtElementType.Int32);
        fixed (int* bounds = step.Metadata)
            metadata.Point(bounds, 3);
        step.Binding.BindInput(graph.Native("attention_metadata"), metadata);
        cache.Bind(step.Binding, graph, cuda, cacheType);
        tokens.Bind(step.Binding, graph, rows);
        logits.Bind(step.Binding, graph, rows);
    }

    private void Bind(RecordedStep step, string name, OrtElementType type, nint address, params ReadOnlySpan<long> shape)
    {
        using OrtTensor tensor = new(cuda, type);
        tensor.Point((void*)address, shape);
        step.Binding.BindInput(graph.Native(name), tensor);
    }
}
