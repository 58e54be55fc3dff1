using HunyuanOcr.Inference.Checkpoints;
using HunyuanOcr.Inference.Execution.OnnxRuntime;

namespace HunyuanOcr.Inference.Execution.Cuda;

/// <summary>All keys and values on the card, [blocks, block size, key heads, head size] for each layer, taken once. The graphs write where they read.</summary>
internal sealed unsafe class CudaKeyValueCache : IDisposable
{
    private readonly DeviceMemory memory;
    private readonly ModelShape shape;
    private readonly int blockSize;

    /// <exception cref="CudaException">The card has not so much memory.</exception>
    public CudaKeyValueCache(CudaContext context, CudaStream stream, ModelShape shape, int blockSize, int blocks)
    {
        (this.shape, this.blockSize, Blocks) = (shape, blockSize, blocks);
        memory = new DeviceMemory(context, CachePool.BytesOfBlock(shape, blockSize) * blocks);
        // A place that nothing was written to is multiplied by zero, and must not hold what is not a number.
        stream.Clear(memory.Pointer, memory.Bytes);
        stream.Wait();
    }

    public int Blocks { get; }

    public long Bytes => memory.Bytes;

    /// <summary>Binds every layer's cache, in and out, to a graph.</summary>
    public void Bind(OrtIoBinding binding, GraphFile graph, OrtMemoryInfo info, OrtElementType type)
    {
        nint next = memory.Pointer;
        nint bytes = (nint)(memory.Bytes / (2 * shape.Layers));
        for (int layer = 0; layer < shape.Layers; layer++)
        {
            foreach (string name in (ReadOnlySpan<string>)["key_cache", "value_cache"])
            {
                // The binding shares the native value and needs the object no longer.
                using OrtTensor tensor = new(info, type);
                tensor.Point((void*)next, Blocks, blockSize, shape.KeyValueHeads, shape.HeadSize);
                binding.BindInput(graph.Native(name, layer), tensor);
                binding.BindOutput(graph.Native(name + "_out", layer), tensor);
                next += bytes;
            }
        }
    }

    public void Dispose() => memory.Dispose();
}
