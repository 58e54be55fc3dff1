using HunyuanOcr.Inference;

namespace HunyuanOcr.Bench;

/// <summary>The engine's options from the command line.</summary>
internal static class BenchEngine
{
    public static EngineOptions Options(Arguments arguments)
    {
        var plain = new EngineOptions { ModelFolder = arguments.Required("model") };
        return plain with
        {
            Device = Enum.Parse<EngineDevice>(arguments.Optional("device") ?? nameof(EngineDevice.Cpu), ignoreCase: true),
            CudaFolder = arguments.Optional("cuda-folder"),
            Threads = arguments.Number("threads", 0),
            MaxSequences = arguments.Number("sequences", 16),
            MaxScheduledTokens = arguments.Number("scheduled-tokens", plain.MaxScheduledTokens),
            BlockSize = arguments.Number("block-size", plain.BlockSize),
            CacheMegabytes = arguments.Number("cache-megabytes", 0),
            MaxContext = arguments.Number("context", 0),
        };
    }
}
