using System.Globalization;

namespace HunyuanOcr.Inference.Execution.Cuda;

/// <summary>How many cache blocks a card has room for.</summary>
internal static class CachePool
{
    /// <summary>Left free beside the pool: recorded graphs, and what the libraries take when they meet a shape for the first time.</summary>
    public const long Reserve = 1L << 30;

    private const double Mebibyte = 1 << 20;

    /// <summary>Bytes of one block, keys and values of all layers, 16 bits a number.</summary>
    public static long BytesOfBlock(ModelShape shape, int blockSize) => 2L * sizeof(ushort) * shape.Layers * shape.KeyValueHeads * blockSize * shape.HeadSize;

    /// <param name="shape">The model.</param>
    /// <param name="options">Fraction of the card, or an amount; sequences.</param>
    /// <param name="context">Most tokens of a sequence: nobody needs more than all sequences at that length.</param>
    /// <param name="parts">Bytes that decode steps will take for the parts of sequences.</param>
    /// <param name="free">Bytes of the card that are free now, with weights and working memory taken already.</param>
    /// <param name="total">Bytes of the card.</param>
    /// <exception cref="OcrConfigurationException">Not one sequence of a page fits, or the amount is more than there is.</exception>
    public static int CountBlocks(ModelShape shape, EngineOptions options, int context, long parts, long free, long total)
    {
        long block = BytesOfBlock(shape, options.BlockSize);
        long most = options.MaxSequences * (((long)context + options.BlockSize - 1) / options.BlockSize);
        if (options.CacheMegabytes > 0)
        {
            long wanted = options.CacheMegabytes * (1L << 20);
            if (wanted > free)
                throw Refusal($"CacheMegabytes is {options.CacheMegabytes}; {free / Mebibyte:0} MiB of the card's {total / Mebibyte:0} are free beside the model. Lower it, or end what else uses the card.");
            return wanted >= block
                ? (int)Math.Min(Math.Min(wanted / block, most), int.MaxValue)
                : throw Refusal($"CacheMegabytes is {options.CacheMegabytes}; one block of {options.BlockSize} tokens needs {block / Mebibyte:0.0#} MiB. Raise it, or choose a smaller BlockSize.");
        }

        long room = Math.Min((long)(total * options.GpuMemoryFraction) - (total - free), free) - Reserve - parts;
        return room >= block
            ? (int)Math.Min(Math.Min(room / block, most), int.MaxValue)
            : throw Refusal($"GpuMemoryFraction is {options.GpuMemoryFraction}: {total * options.GpuMemoryFraction / Mebibyte:0} MiB of the card. {(total - free) / Mebibyte:0} MiB are in use by the model and others and {(Reserve + parts) / Mebibyte:0} MiB are left free, which leaves no room for a cache block of {block / Mebibyte:0.0#} MiB. Raise it, or end what else uses the card.");
    }

    private static OcrConfigurationException Refusal(FormattableString fault) => new([fault.ToString(CultureInfo.InvariantCulture)]);
}
