using HunyuanOcr.Inference.Checkpoints;
using HunyuanOcr.Inference.Execution.OnnxRuntime;

namespace HunyuanOcr.Inference.Execution.Cuda;

/// <summary>The decoder's weights, on the card once and used by each of its graphs.</summary>
internal sealed unsafe class SharedWeights : IDisposable
{
    private const int ChunkBytes = 64 << 20;

    private readonly List<DeviceMemory> files = [];
    private readonly Dictionary<string, OrtTensor> tensors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<OnnxWeight>> ofGraph = new(StringComparer.Ordinal);

    /// <summary>Copies every file to the card that one of the graphs has weights in.</summary>
    /// <exception cref="InvalidDataException">A graph is damaged, or a file is shorter than its weights.</exception>
    public SharedWeights(CudaContext context, CudaStream stream, OrtMemoryInfo info, ModelFolder folder, params ReadOnlySpan<GraphFile> graphs)
    {
        foreach (GraphFile graph in graphs)
            ofGraph[graph.FileName] = OnnxWeights.Read(folder.PathOf(graph.FileName));
        foreach (IGrouping<string, OnnxWeight> file in ofGraph.Values.SelectMany(weights => weights).GroupBy(weight => weight.FileName))
        {
            DeviceMemory memory = Load(context, stream, folder.PathOf(Path.GetFileName(file.Key)));
            files.Add(memory);
            foreach (OnnxWeight weight in file.DistinctBy(weight => weight.Name))
                tensors[weight.Name] = Tensor(info, memory, weight);
        }
    }

    /// <summary>Bytes on the card.</summary>
    public long Bytes => files.Sum(file => file.Bytes);

    /// <summary>Gives a graph's session its weights.</summary>
    public void AddTo(OrtSessionOptions options, GraphFile graph)
    {
        foreach (OnnxWeight weight in ofGraph[graph.FileName])
            options.AddInitializer(weight.Name, tensors[weight.Name]);
    }

    public void Dispose()
    {
        foreach (OrtTensor tensor in tensors.Values)
            tensor.Dispose();
        foreach (DeviceMemory file in files)
            file.Dispose();
    }

    private static OrtTensor Tensor(OrtMemoryInfo info, DeviceMemory memory, OnnxWeight weight)
    {
        var type = (OrtElementType)weight.ElementType;
        if (weight.Offset < 0 || weight.Offset + (weight.Shape.Aggregate(1L, (a, b) => a * b) * type.Bytes()) > memory.Bytes)
            throw new InvalidDataException($"{weight.FileName} is shorter than its weight {weight.Name}");
        OrtTensor tensor = new(info, type);
        tensor.Point((void*)(memory.Pointer + (nint)weight.Offset), weight.Shape);
        return tensor;
    }

    private static DeviceMemory Load(CudaContext context, CudaStream stream, string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
        using PinnedMemory chunk = new(context);
        DeviceMemory memory = new(context, file.Length);
        for (long done = 0; done < file.Length;)
        {
            int count = (int)Math.Min(ChunkBytes, file.Length - done);
            file.ReadExactly(chunk.Reserve<byte>(count));
            stream.Upload(memory.Pointer + (nint)done, (void*)chunk.Pointer, count);
            stream.Wait();
            done += count;
        }

        return memory;
    }
}
