using HunyuanOcr.Inference.Checkpoints;
using HunyuanOcr.Inference.Execution.OnnxRuntime;
using HunyuanOcr.Inference.Imaging;
using HunyuanOcr.Inference.Prompting;

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
        int height = picture.GridHeight, width = picture.GridWidth, merge = shape.MergeSize, numbers = 3 * shape.PatchSize * shape.PatchSize;
        if (height < merge || width < merge || height % merge != 0 || width % merge != 0 || picture.Length != (long)height * width * numbers)
            throw new ArgumentException($"{picture.Length} values do not make a grid of {height} x {width} patches of {numbers}, merged by {merge}.", nameof(picture));
        int count = ImageSpan.CountOf(height, width, merge);
        float[] result = new float[count * shape.HiddenSize];
        long* size = stackalloc long[] { height, width };
        float* first = (float*)values.Reserve((long)picture.Length * sizeof(float));
        picture.Cut(new Span<float>(first, picture.Length));
        fixed (float* output = result)
        {
            patches.Point(first, height * width, numbers);
            grid.Point(size, 2);
            vectors.Point(output, count, shape.HiddenSize);
            binding.BindInput(patchesName, patches);
            binding.BindInput(gridName, grid);
            binding.BindOutput(vectorsName, vectors);
            session.Run(binding, run);
        }

        return new VisionVectors(result, count);
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
