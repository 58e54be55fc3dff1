using HunyuanOcr.Inference.Checkpoints;
using HunyuanOcr.Inference.Execution.Cpu;
using HunyuanOcr.Inference.Execution.OnnxRuntime;
using HunyuanOcr.Inference.Scheduling;

namespace HunyuanOcr.Inference.Execution.Cuda;

/// <summary>Runs prompts, whole or in chunks, of several sequences packed together.</summary>
internal sealed unsafe class PrefillRunner : IDisposable
{
    /// <summary>Columns of the block table are rounded up to it, so that fewer shapes are met.</summary>
    private const int TableUnit = 8;

    private readonly CudaStream stream;
    private readonly OrtSession session;
    private readonly GraphFile graph;
    private readonly OrtMemoryInfo cuda;
    private readonly OrtElementType type;
    private readonly TokenOutputs tokens;
    private readonly LogitsBuffer logits;
    private readonly PackedInputs inputs;
    private readonly PrefillInputs writer;
    private readonly OrtIoBinding binding;
    private readonly OrtRunOptions run;
    private readonly int[] bounds = GC.AllocateArray<int>(3, pinned: true);
    private readonly OrtTensor metadata;
    private readonly ModelShape shape;
    private readonly int blockSize;

    /// <param name="card">The card.</param>
    /// <param name="stream">The line of work of every step.</param>
    /// <param name="session">decoder.onnx.</param>
    /// <param name="folder">The model, for names and sizes.</param>
    /// <param name="memory">Where tensors lie: the card's memory and the machine's.</param>
    /// <param name="outputs">Where the chosen tokens and the logits go.</param>
    /// <param name="embeddings">Token embeddings.</param>
    /// <param name="options">Most tokens and sequences of a step, and the block size.</param>
    /// <param name="context">Most tokens of a sequence.</param>
    public PrefillRunner(CudaContext card, CudaStream stream, OrtSession session, ModelFolder folder, (OrtMemoryInfo Cuda, OrtMemoryInfo Cpu) memory,
        (TokenOutputs Tokens, LogitsBuffer Logits) outputs, EmbeddingTable embeddings, EngineOptions options, int context)
    {
        (this.stream, this.session, graph, shape, blockSize) = (stream, session, folder.Decoder, folder.Shape, options.BlockSize);
        cuda = memory.Cuda;
        (tokens, logits) = outputs;
        type = session.InputType(graph.Names["inputs_embeds"]);
        writer = new PrefillInputs(shape, blockSize, embeddings, new TokenAngles(shape), type);
        inputs = new PackedInputs(card, PrefillInputs.Capacity(shape, options.MaxScheduledTokens, options.MaxSequences, ColumnsOf(context)));
        binding = OrtIoBinding.Create(session);
        metadata = new OrtTensor(memory.Cpu, OrtElementType.Int32);
        fixed (int* values = bounds)
            metadata.Point(values, 3);
        run = OrtRunOptions.Create(session.Api);
        // Whoever needs the outputs waits for the stream, once a step.
        run.Set("disable_synchronize_execution_providers", "1");
    }

    /// <summary>Keys and values that the next runs read and write.</summary>
    public void Bind(CudaKeyValueCache cache) => cache.Bind(binding, graph, cuda, type);

    /// <summary>Queues a run; the chosen tokens stand in the outputs' rows from 0 on, one for each slice with a row, in order.</summary>
    public void Run(IReadOnlyList<PartSlice> slices)
    {
        int count = 0, rows = 0, columns = 1, longest = 0, most = 0;
        for (int i = 0; i < slices.Count; i++)
        {
            StepSlice slice = slices[i].Slice;
            count += slice.Count;
            rows += slices[i].Row >= 0 ? 1 : 0;
            columns = Math.Max(columns, PrefillInputs.Columns(slice, blockSize));
            longest = Math.Max(longest, slice.Start + slice.Count);
            most = Math.Max(most, slice.Count);
        }

        Inputs taken = Take(count, slices.Count, Math.Max(1, rows), (columns + TableUnit - 1) / TableUnit * TableUnit);
        writer.FillEmbeddings(slices, taken.Embeddings);
        writer.FillAngles(slices, taken.Cosines, taken.Sines);
        PrefillInputs.FillLengths(slices, taken.Ends, taken.Past, taken.Wanted);
        writer.FillPlaces(slices, taken.Table, taken.Columns, taken.Slots);
        Go(Math.Max(1, rows), most, longest);
    }

    /// <summary>Runs as many tokens as a step may have, storing nothing, so that the memory that this takes is taken.</summary>
    public void RunLargest(int count)
    {
        Inputs taken = Take(count, 1, 1, ColumnsOf(count));
        taken.Embeddings.Clear();
        taken.Cosines.Fill(1);
        taken.Sines.Clear();
        (taken.Ends[0], taken.Ends[1], taken.Past[0], taken.Wanted[0]) = (0, count, 0, count - 1);
        taken.Table.Clear();
        taken.Slots.Fill(-1);
        Go(1, count, count);
        stream.Wait();
    }

    public void Dispose()
    {
        binding.Dispose();
        metadata.Dispose();
        run.Dispose();
        inputs.Dispose();
        session.Dispose();
    }

    private Inputs Take(int count, int sequences, int rows, int columns)
    {
        inputs.Clear();
        return new Inputs
        {
            Embeddings = Take<ushort>("inputs_embeds", type, count, shape.HiddenSize),
            Cosines = Take<float>("cos", OrtElementType.Float, count, shape.HeadSize),
            Sines = Take<float>("sin", OrtElementType.Float, count, shape.HeadSize),
            Wanted = Take<long>("logits_indices", OrtElementType.Int64, rows),
            Ends = Take<int>("cumulative_lengths", OrtElementType.Int32, sequences + 1),
            Past = Take<int>("past_lengths", OrtElementType.Int32, sequences),
            Table = Take<int>("block_table", OrtElementType.Int32, sequences, columns),
            Slots = Take<int>("slot_mapping", OrtElementType.Int32, count),
            Columns = columns,
        };
    }

    private Span<T> Take<T>(string name, OrtElementType element, params ReadOnlySpan<long> dimensions)
        where T : unmanaged
    {
        long count = 1;
        foreach (long dimension in dimensions)
            count *= dimension;
        Span<T> taken = inputs.Take<T>((int)count, out nint address);
        using OrtTensor tensor = new(cuda, element);
        tensor.Point((void*)address, dimensions);
        binding.BindInput(graph.Native(name), tensor);
        return taken;
    }

    private void Go(int rows, int most, int longest)
    {
        (bounds[0], bounds[1], bounds[2]) = (most, longest, longest);
        binding.BindInput(graph.Native("attention_metadata"), metadata);
        tokens.Bind(binding, graph, rows);
        logits.Bind(binding, graph, rows);
        inputs.Upload(stream);
        session.Run(binding, run);
    }

    private int ColumnsOf(int count) => ((count + blockSize - 1) / blockSize + TableUnit - 1) / TableUnit * TableUnit;

    private ref struct Inputs
    {
        public Span<ushort> Embeddings;
        public Span<float> Cosines;
        public Span<float> Sines;
        public Span<long> Wanted;
        public Span<int> Ends;
        public Span<int> Past;
        public Span<int> Table;
        public Span<int> Slots;
        public int Columns;
    }
}
