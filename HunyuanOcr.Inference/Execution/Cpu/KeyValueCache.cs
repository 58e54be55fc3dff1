using System.Globalization;
using HunyuanOcr.Inference.Checkpoints;
using HunyuanOcr.Inference.Execution.OnnxRuntime;

namespace HunyuanOcr.Inference.Execution.Cpu;

/// <summary>Memory of all keys and values, [blocks, key heads, block size, head size] for each layer, taken once and bound once.</summary>
/// <remarks>The system gives pages when they are first written, so a large pool costs only what is used.</remarks>
internal sealed unsafe class KeyValueCache : IDisposable
{
    /// <summary>Tokens of a sequence that the default pool has room for.</summary>
    private const int DefaultTokens = 2048;

    private readonly NativeBuffer memory = new();
    private readonly List<OrtTensor> tensors = [];
    private readonly ModelShape shape;
    private readonly int blockSize;
    private readonly float* first;

    public KeyValueCache(ModelShape shape, int blockSize, int blocks)
    {
        (this.shape, this.blockSize, Blocks) = (shape, blockSize, blocks);
        long bytes = BytesOfBlock(shape, blockSize) * blocks;
        nint reserved = (nint)memory.Reserve(bytes + HugePages.Bytes);
        first = (float*)((reserved + HugePages.Bytes - 1) / HugePages.Bytes * HugePages.Bytes);
        HugePages.Ask(first, bytes);
    }

    public int Blocks { get; }

    /// <summary>How many blocks the options give.</summary>
    /// <exception cref="OcrConfigurationException">Not one, or more than the machine has memory for.</exception>
    public static int CountBlocks(ModelShape shape, EngineOptions options)
    {
        long bytes = BytesOfBlock(shape, options.BlockSize);
        long blocks = options.CacheMegabytes > 0
            ? options.CacheMegabytes * 1024L * 1024L / bytes
            : (long)options.MaxSequences * DefaultTokens / options.BlockSize;
        if (blocks < 1)
            throw new OcrConfigurationException([string.Create(CultureInfo.InvariantCulture, $"CacheMegabytes is {options.CacheMegabytes}; one block of {options.BlockSize} tokens needs {bytes / 1048576.0:0.0#} MiB. Raise it, or choose a smaller BlockSize.")]);
        long available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (options.CacheMegabytes == 0)
            return (int)Math.Clamp(available / 2 / bytes, 1, blocks);
        return blocks * bytes <= available
            ? (int)Math.Min(blocks, int.MaxValue)
            : throw new OcrConfigurationException([$"CacheMegabytes is {options.CacheMegabytes}; this machine gives {available / 1048576} MiB in all. Lower it."]);
    }

    /// <summary>Binds every layer's cache to the decoder.</summary>
    public void Bind(OrtIoBinding binding, GraphFile decoder, OrtMemoryInfo info)
    {
        float* next = first;
        long floats = (long)Blocks * shape.KeyValueHeads * blockSize * shape.HeadSize;
        for (int layer = 0; layer < shape.Layers; layer++)
        {
            foreach (string name in (ReadOnlySpan<string>)["key_cache", "value_cache"])
            {
                OrtTensor tensor = new(info, OrtElementType.Float);
                tensors.Add(tensor);
                tensor.Point(next, Blocks, shape.KeyValueHeads, blockSize, shape.HeadSize);
                binding.BindInput(decoder.Native(name, layer), tensor);
                next += floats;
            }
        }
    }

    public void Dispose()
    {
        foreach (OrtTensor tensor in tensors)
            tensor.Dispose();
        memory.Dispose();
    }

    private static long BytesOfBlock(ModelShape shape, int blockSize) =>
        2L * sizeof(float) * shape.Layers * shape.KeyValueHeads * blockSize * shape.HeadSize;
}
