using HunyuanOcr.Inference;

namespace HunyuanOcr.Bench;

/// <summary>The engine's options from the command line.</summary>
internal static class BenchEngine
{
    public static EngineOptions Options(Arguments arguments) => new()
    {
        ModelFolder = arguments.Required("model"),
        Device = EngineDevice.Cpu,
        Threads = arguments.Number("threads", 0),
        MaxSequences = arguments.Number("sequences", 16),
    };
}
