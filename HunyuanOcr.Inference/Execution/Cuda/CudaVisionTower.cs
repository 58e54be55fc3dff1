using System.Diagnostics;
using HunyuanOcr.Inference.Checkpoints;
using HunyuanOcr.Inference.Execution.OnnxRuntime;
using HunyuanOcr.Inference.Imaging;

namespace HunyuanOcr.Inference.Execution.Cuda;

/// <summary>The vision graph on a stream of its own, so that steps go on beside it: one picture in, its vectors out. One call at a time.</summary>
internal sealed unsafe class CudaVisionTower : IDisposable
{
    private readonly CudaContext card;
    private readonly CudaStream stream;
    private readonly ModelShape shape;
    private readonly OrtSession session;
    private readonly OrtIoBinding binding;
    private readonly OrtTensor patches;
    private readonly OrtTensor grid;
    private readonly OrtTensor vectors;
    private readonly GraphFile graph;
    private readonly PinnedMemory upload;
    private readonly PinnedMemory download;
    private readonly long[] size = GC.AllocateArray<long>(2, pinned: true);
    private DeviceMemory? given;
    private DeviceMemory? made;

    /// <param name="card">The card.</param>
    /// <param name="stream">The tower's line of work.</param>
    /// <param name="session">vision.onnx on that stream.</param>
    /// <param name="shape">Patch, merge and hidden sizes.</param>
    /// <param name="graph">Its names.</param>
    /// <param name="memory">Where tensors lie: the card's memory and the machine's.</param>
    public CudaVisionTower(CudaContext card, CudaStream stream, OrtSession session, ModelShape shape, GraphFile graph, (OrtMemoryInfo Cuda, OrtMemoryInfo Cpu) memory)
    {
        (this.card, this.stream, this.session, this.shape, this.graph) = (card, stream, session, shape, graph);
        binding = OrtIoBinding.Create(session);
        patches = new OrtTensor(memory.Cuda, OrtElementType.Float);
        grid = new OrtTensor(memory.Cpu, OrtElementType.Int64);
        vectors = new OrtTensor(memory.Cuda, session.OutputType(graph.Names["image_embeds"]));
        upload = new PinnedMemory(card);
        download = new PinnedMemory(card);
    }

    /// <exception cref="ArgumentException">The picture's patches do not fit its grid.</exception>
    /// <exception cref="OrtException">The card has not enough memory for a picture of that size.</exception>
    public VisionVectors Encode(ScaledPicture picture)
    {
        VisionGrid sizes = VisionGrid.Of(picture, shape);
        long bytes = (long)sizes.Vectors * shape.HiddenSize * sizeof(ushort);
        Task<ushort[]> room = Task.Run(() => Room(sizes.Vectors * shape.HiddenSize));
        card.Enter();
        TimeSpan cut = Upload(picture);
        DeviceMemory output = Reserve(ref made, bytes);
        (size[0], size[1]) = (sizes.Height, sizes.Width);
        patches.Point((void*)given!.Pointer, sizes.Patches, sizes.PatchLength);
        fixed (long* pinned = size)
            grid.Point(pinned, 2);
        vectors.Point((void*)output.Pointer, sizes.Vectors, shape.HiddenSize);
        binding.BindInput(graph.Native("patches"), patches);
        // Bound each time: ONNX Runtime copies what it needs on the card when it is bound.
        binding.BindInput(graph.Native("grid"), grid);
        binding.BindOutput(graph.Native("image_embeds"), vectors);
        session.Run(binding);
        Span<ushort> fetched = download.Reserve<ushort>((long)sizes.Vectors * shape.HiddenSize);
        stream.Download((void*)download.Pointer, output.Pointer, bytes);
        stream.Wait();
        ushort[] halves = room.GetAwaiter().GetResult();
        fetched.CopyTo(halves);
        return new VisionVectors([], sizes.Vectors) { Halves = halves, PatchesElapsed = cut };
    }

    public void Dispose()
    {
        binding.Dispose();
        patches.Dispose();
        grid.Dispose();
        vectors.Dispose();
        session.Dispose();
        given?.Dispose();
        made?.Dispose();
        upload.Dispose();
        download.Dispose();
    }

    // The patches are cut where the card reads them.
    private TimeSpan Upload(ScaledPicture picture)
    {
        long bytes = (long)picture.Length * sizeof(float);
        nint target = Reserve(ref given, bytes).Pointer;
        Span<float> cut = upload.Reserve<float>(picture.Length);
        long started = Stopwatch.GetTimestamp();
        picture.Cut(cut);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
        stream.Upload(target, (void*)upload.Pointer, bytes);
        return elapsed;
    }

    /// <summary>Memory for a picture's vectors. The system hands it out with a fault for each of its pages, up to two milliseconds in all: met while the card works.</summary>
    private static ushort[] Room(int count)
    {
        ushort[] room = GC.AllocateUninitializedArray<ushort>(count);
        for (int i = 0; i < room.Length; i += Environment.SystemPageSize / sizeof(ushort))
            room[i] = 0;
        return room;
    }

    private DeviceMemory Reserve(ref DeviceMemory? memory, long bytes)
    {
        if (memory is not null && memory.Bytes >= bytes)
            return memory;
        memory?.Dispose();
        memory = null;
        return memory = new DeviceMemory(card, bytes);
    }
}
