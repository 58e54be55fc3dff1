namespace HunyuanOcr.Inference;

/// <summary>Where the model runs.</summary>
public enum EngineDevice
{
    /// <summary>CUDA where it loads, otherwise the CPU; the reason is in <see cref="EngineStatus.DeviceReason"/>.</summary>
    Auto,

    /// <summary>The CPU.</summary>
    Cpu,

    /// <summary>An NVIDIA card; loading fails where there is none.</summary>
    Cuda,
}

/// <summary>What an operator sets. Every fault is named at once by <see cref="OcrEngine.LoadAsync"/>, with key, value and remedy.</summary>
public sealed record EngineOptions
{
    /// <summary>The folder that onnx-export wrote (genai_config.json, vision.onnx, decoder.onnx, export.json, tokenizer.json).</summary>
    public required string ModelFolder { get; init; }

    /// <summary>Where the model runs.</summary>
    public EngineDevice Device { get; init; } = EngineDevice.Auto;

    /// <summary>Most sequences in one step, 1 to 256.</summary>
    public int MaxSequences { get; init; } = 16;

    /// <summary>Most tokens in one step: every running sequence's next token first, then prefill chunks; at least
    /// <see cref="MaxSequences"/>, 1,048,576 at most.</summary>
    public int MaxScheduledTokens { get; init; } = 1024;

    /// <summary>Tokens in one cache block: 16, 32, 64, 128 or 256; 0 takes what the model folder says (engine.dynamic_batching.block_size: 64 of a model
    /// for a CPU, 256 of one for a card, where prompts are then faster).</summary>
    public int BlockSize { get; init; }

    /// <summary>Memory for the KV cache in MiB; 0 takes room for <see cref="MaxSequences"/> sequences of 2,048 tokens, on a card what
    /// <see cref="GpuMemoryFraction"/> leaves.</summary>
    public int CacheMegabytes { get; init; }

    /// <summary>Share of the card's memory that weights, working memory and KV cache together take, above 0 to 1; on a CPU without effect.
    /// <see cref="CacheMegabytes"/> above 0 sets the cache itself instead.</summary>
    public double GpuMemoryFraction { get; init; } = 0.9;

    /// <summary>Memory for the vectors of pictures already seen, in MiB; 0 keeps none.</summary>
    public int VisionCacheMegabytes { get; init; } = 64;

    /// <summary>Most tokens of prompt and answer together; 0 takes the model's own context length.</summary>
    public int MaxContext { get; init; }

    /// <summary>Threads of ONNX Runtime; 0 takes one for each processor.</summary>
    public int Threads { get; init; }

    /// <summary>Most requests that wait; one more is refused with <see cref="OcrQueueFullException"/>.</summary>
    public int QueueLength { get; init; } = 256;

    /// <summary>Most pixels of one picture, read from its header before anything is decoded.</summary>
    public long MaxPixels { get; init; } = 50_000_000;

    /// <summary>Longest time that decoding one picture may take, a day at most.</summary>
    public TimeSpan PictureTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>A line or character whose confidence (0 to 1) is lower counts as doubtful.</summary>
    public double DoubtfulBelow { get; init; } = 0.6;

    /// <summary>Folder of ONNX Runtime's build for CUDA (libonnxruntime.so.1, libonnxruntime_providers_cuda.so) and, where they are not installed,
    /// of the CUDA libraries; null takes the folder "cuda" beside the program.</summary>
    public string? CudaFolder { get; init; }

    /// <summary>Folder of the native libraries; null takes the folder of this assembly.</summary>
    public string? NativeFolder { get; init; }
}
