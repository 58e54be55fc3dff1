using HunyuanOcr.Inference.Checkpoints;
using HunyuanOcr.Inference.Execution.OnnxRuntime;
using HunyuanOcr.Inference.Sampling;

namespace HunyuanOcr.Inference.Execution.Cuda;

/// <summary>What the card chose: token, log-probability and the likeliest five of each row, in one place, so that one small copy fetches all.</summary>
internal sealed unsafe class TokenOutputs : IDisposable
{
    private const int Top = TokenChoice.MostAlternatives;

    private readonly DeviceMemory device;
    private readonly PinnedMemory host;
    private readonly OrtMemoryInfo info;
    private readonly int vocabulary;
    private readonly int ids;
    private readonly int probabilities;
    private readonly int topIds;
    private readonly int topProbabilities;

    /// <param name="context">The card.</param>
    /// <param name="info">Its memory.</param>
    /// <param name="rows">Most rows.</param>
    /// <param name="vocabulary">Where it is less than five, there are so many alternatives.</param>
    public TokenOutputs(CudaContext context, OrtMemoryInfo info, int rows, int vocabulary)
    {
        (this.info, this.vocabulary) = (info, vocabulary);
        ids = 0;
        probabilities = ids + Aligned(rows * sizeof(long));
        topIds = probabilities + Aligned(rows * sizeof(float));
        topProbabilities = topIds + Aligned(rows * Top * sizeof(int));
        int bytes = topProbabilities + Aligned(rows * Top * sizeof(float));
        device = new DeviceMemory(context, bytes);
        host = new PinnedMemory(context);
        host.Reserve(bytes);
    }

    private int Alternatives => Math.Min(Top, vocabulary);

    /// <summary>Binds the outputs of a graph for so many rows.</summary>
    public void Bind(OrtIoBinding binding, GraphFile graph, int rows)
    {
        Bind(binding, graph, "token_ids", OrtElementType.Int64, ids, rows);
        Bind(binding, graph, "token_logprobs", OrtElementType.Float, probabilities, rows);
        Bind(binding, graph, "top_ids", OrtElementType.Int32, topIds, rows, Alternatives);
        Bind(binding, graph, "top_logprobs", OrtElementType.Float, topProbabilities, rows, Alternatives);
    }

    /// <summary>Queues the copy to the host.</summary>
    public void Download(CudaStream stream) => stream.Download((void*)host.Pointer, device.Pointer, device.Bytes);

    /// <summary>One row, once the copy is there.</summary>
    public void Read(int row, ref TokenChoice choice)
    {
        byte* data = (byte*)host.Pointer;
        choice.Id = (int)((long*)(data + ids))[row];
        choice.LogProbability = Math.Min(0, ((float*)(data + probabilities))[row]);
        choice.Count = Alternatives;
        for (int place = 0; place < choice.Count; place++)
        {
            choice.AlternativeIds[place] = ((int*)(data + topIds))[(row * choice.Count) + place];
            choice.AlternativeLogProbabilities[place] = Math.Min(0, ((float*)(data + topProbabilities))[(row * choice.Count) + place]);
        }
    }

    public void Dispose()
    {
        host.Dispose();
        device.Dispose();
    }

    private void Bind(OrtIoBinding binding, GraphFile graph, string name, OrtElementType type, int offset, params ReadOnlySpan<long> shape)
    {
        using OrtTensor tensor = new(info, type);
        tensor.Point((void*)(device.Pointer + offset), shape);
        binding.BindOutput(graph.Native(name), tensor);
    }

    private static int Aligned(int bytes) => (bytes + 255) / 256 * 256;
}
