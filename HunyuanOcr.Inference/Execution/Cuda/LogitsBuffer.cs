using HunyuanOcr.Inference.Checkpoints;
using HunyuanOcr.Inference.Execution.OnnxRuntime;

namespace HunyuanOcr.Inference.Execution.Cuda;

/// <summary>Where the graphs write logits, and the rows of them that the host chooses from. Rows stay on the card where nobody asks for them.</summary>
internal sealed unsafe class LogitsBuffer : IDisposable
{
    private readonly DeviceMemory device;
    private readonly PinnedMemory host;
    private readonly OrtMemoryInfo info;
    private readonly int vocabulary;

    public LogitsBuffer(CudaContext context, OrtMemoryInfo info, int rows, int vocabulary)
    {
        (this.info, this.vocabulary) = (info, vocabulary);
        device = new DeviceMemory(context, (long)rows * vocabulary * sizeof(float));
        host = new PinnedMemory(context);
    }

    /// <summary>Binds the output of a graph for so many rows.</summary>
    public void Bind(OrtIoBinding binding, GraphFile graph, int rows)
    {
        using OrtTensor tensor = new(info, OrtElementType.Float);
        tensor.Point((void*)device.Pointer, rows, vocabulary);
        binding.BindOutput(graph.Native("logits"), tensor);
    }

    /// <summary>Room on the host for a step's rows, before its first copy.</summary>
    public void Reserve(int rows) => host.Reserve((long)rows * vocabulary * sizeof(float));

    /// <summary>Queues the copy of one row to its place among the step's rows.</summary>
    public void Download(CudaStream stream, int from, int to)
    {
        long bytes = (long)vocabulary * sizeof(float);
        stream.Download((byte*)host.Pointer + (to * bytes), device.Pointer + (nint)(from * bytes), bytes);
    }

    /// <summary>[rows, vocabulary], once the copies are there; rows that were not asked for hold anything.</summary>
    public ReadOnlySpan<float> Rows(int rows) =>
        host.Capacity < (long)rows * vocabulary * sizeof(float) ? default : new((void*)host.Pointer, rows * vocabulary);

    public void Dispose()
    {
        host.Dispose();
        device.Dispose();
    }
}
