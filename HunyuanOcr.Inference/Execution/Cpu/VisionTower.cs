using System.Diagnostics;
using HunyuanOcr.Inference.Checkpoints;
using HunyuanOcr.Inference.Execution.OnnxRuntime;
using HunyuanOcr.Inference.Imaging;

namespace HunyuanOcr.Inference.Execution.Cpu;

/// <summary>The vision graph: one picture in, its vectors out. One call at a time.</summary>
internal sealed unsafe class VisionTower : IDisposable
{
    private readonly ModelShape shape;
    private readonly OrtSession session;
    private readonly OrtIoBinding binding;
    private readonly OrtTensor patches;
    private readonly NativeBuffer values = new();
    private readonly OrtTensor grid;
    private readonly OrtTensor vectors;
    /// <summary>Gives the memory of a run back when it is over, so that one large page does not keep gigabytes. Measured over pages of random
    /// sizes: memory stays level; it creeps up without shrinking, and swings and peaks twice as high without an arena.</summary>
    private readonly OrtRunOptions run;
    private readonly byte[] patchesName;
    private readonly byte[] gridName;
    private readonly byte[] vectorsName;

    public VisionTower(OrtSession session, ModelShape shape, GraphFile graph, OrtMemoryInfo info)
    {
        this.session = session;
        this.shape = shape;
        binding = OrtIoBinding.Create(session);
        run = OrtRunOptions.Create(session.Api);
        run.Set("memory.enable_memory_arena_shrinkage", "cpu:0");
        patches = new OrtTensor(info, OrtElementType.Float);
        grid = new OrtTensor(info, OrtElementType.Int64);
        vectors = new OrtTensor(info, OrtElementType.Float);
        (patchesName, gridName, vectorsName) = (graph.Native("patches"), graph.Native("grid"), graph.Native("image_embeds"));
    }

    /// <exception cref="ArgumentException">The picture's patches do not fit its grid.</exception>
    public VisionVectors Encode(ScaledPicture picture)
    {
        VisionGrid sizes = VisionGrid.Of(picture, shape);
        float[] result = new float[sizes.Vectors * shape.HiddenSize];
        long* size = stackalloc long[] { sizes.Height, sizes.Width };
        float* first = (float*)values.Reserve((long)picture.Length * sizeof(float));
        long started = Stopwatch.GetTimestamp();
        picture.Cut(new Span<float>(first, picture.Length));
        TimeSpan cut = Stopwatch.GetElapsedTime(started);
        fixed (float* output = result)
        {
            patches.Point(first, sizes.Patches, sizes.PatchLength);
            grid.Point(size, 2);
            vectors.Point(output, sizes.Vectors, shape.HiddenSize);
            binding.BindInput(patchesName, patches);
            binding.BindInput(gridName, grid);
            binding.BindOutput(vectorsName, vectors);
            session.Run(binding, run);
        }

        return new VisionVectors(result, sizes.Vectors) { PatchesElapsed = cut };
    }

    public void Dispose()
    {
        binding.Dispose();
        run.Dispose();
        patches.Dispose();
        values.Dispose();
        grid.Dispose();
        vectors.Dispose();
        session.Dispose();
    }
}
