using HunyuanOcr.Inference.Checkpoints;

namespace HunyuanOcr.Inference.Engine;

/// <summary>Checks what an operator set. Names every fault at once, each with key, value and remedy.</summary>
internal static class EngineOptionsValidator
{
    /// <summary>The faults that can be seen without the model; empty where there are none.</summary>
    public static IReadOnlyList<string> Faults(EngineOptions options)
    {
        List<string> faults = [];
        if (string.IsNullOrWhiteSpace(options.ModelFolder))
            faults.Add("ModelFolder is empty. Name the folder that onnx-export wrote.");
        Range(faults, nameof(options.MaxSequences), options.MaxSequences, 1, 256);
        if (options.MaxScheduledTokens < Math.Max(1, options.MaxSequences) || options.MaxScheduledTokens > 1 << 20)
            faults.Add($"MaxScheduledTokens is {options.MaxScheduledTokens}. Set it to MaxSequences ({options.MaxSequences}) at least and 1048576 at most; 1024 is usual.");
        if (options.BlockSize != 0 && !ModelFolder.BlockSizes.Contains(options.BlockSize))
            faults.Add($"BlockSize is {options.BlockSize}. Set it to one of {string.Join(", ", ModelFolder.BlockSizes)}, or to 0 for what the model folder says.");
        Range(faults, nameof(options.CacheMegabytes), options.CacheMegabytes, 0, 1 << 20);
        Range(faults, nameof(options.VisionCacheMegabytes), options.VisionCacheMegabytes, 0, 1 << 20);
        Range(faults, nameof(options.MaxContext), options.MaxContext, 0, 1 << 20);
        Range(faults, nameof(options.Threads), options.Threads, 0, 1024);
        Range(faults, nameof(options.QueueLength), options.QueueLength, 0, 1_000_000);
        if (options.MaxPixels < 1)
            faults.Add($"MaxPixels is {options.MaxPixels}. Set it to 1 at least; 50000000 is usual.");
        if (options.PictureTimeout <= TimeSpan.Zero || options.PictureTimeout > TimeSpan.FromDays(1))
            faults.Add($"PictureTimeout is {options.PictureTimeout}. Set it above zero, to a day at most; 00:00:20 is usual.");
        if (!(options.DoubtfulBelow is >= 0 and <= 1))
            faults.Add(FormattableString.Invariant($"DoubtfulBelow is {options.DoubtfulBelow}. Set it to 0 to 1."));
        if (!(options.GpuMemoryFraction is > 0 and <= 1))
            faults.Add(FormattableString.Invariant($"GpuMemoryFraction is {options.GpuMemoryFraction}. Set it above 0, to 1 at most; 0.9 is usual."));
        if (options.NativeFolder is { } folder && !Directory.Exists(folder))
            faults.Add($"NativeFolder {folder} does not exist. Name the folder of the native libraries or leave it out.");
        if (!Enum.IsDefined(options.Device))
            faults.Add($"Device is {options.Device}. Set it to auto, cpu or cuda.");
        if (options.CudaFolder is { } cuda && !Directory.Exists(cuda))
            faults.Add($"CudaFolder {cuda} does not exist. Name the folder of ONNX Runtime's build for CUDA or leave it out.");
        return faults;
    }

    private static void Range(List<string> faults, string key, int value, int least, int most)
    {
        if (value < least || value > most)
            faults.Add($"{key} is {value}. Set it to {least} to {most}.");
    }
}
