using HunyuanOcr.Inference.Checkpoints;
using HunyuanOcr.Inference.Execution.OnnxRuntime;

namespace HunyuanOcr.Inference.Execution.Cuda;

/// <summary>The decoder's weights, on the card once and used by each of its graphs.</summary>
internal sealed unsafe class SharedWeights : IDisposable
{
    private const int ChunkBytes = 64 << 20;

    private readonly SharedWeightList list;
    private readonly DeviceMemory memory;
    private readonly Dictionary<string, OrtTensor> tensors = new(StringComparer.Ordinal);

    /// <summary>Copies the file of weights to the card.</summary>
    /// <exception cref="OcrConfigurationException">The list is damaged, or the file is shorter than its weights.</exception>
    public SharedWeights(CudaContext context, CudaStream stream, OrtMemoryInfo info, ModelFolder folder)
    {
        list = SharedWeightList.Read(folder);
        string path = folder.PathOf(list.FileName);
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
        if (list.Weights.FirstOrDefault(weight => weight.Offset + weight.Bytes > file.Length) is { } missing)
            throw new OcrConfigurationException([$"{path} is shorter than its weight {missing.Name}. {ModelFolder.Remedy}"]);
        memory = Load(context, stream, file);
        foreach (SharedWeight weight in list.Weights)
        {
            OrtTensor tensor = tensors[weight.Name] = new OrtTensor(info, weight.Type);
            tensor.Point((void*)(memory.Pointer + (nint)weight.Offset), weight.Shape);
        }
    }

    /// <summary>Bytes on the card.</summary>
    public long Bytes => memory.Bytes;

    /// <summary>Gives a graph's session its weights.</summary>
    public void AddTo(OrtSessionOptions options, GraphFile graph)
    {
        foreach (SharedWeight weight in list.Weights)
            if (weight.Graphs.Contains(graph.FileName))
                options.AddInitializer(weight.Name, tensors[weight.Name]);
    }

    public void Dispose()
    {
        foreach (OrtTensor tensor in tensors.Values)
            tensor.Dispose();
        memory.Dispose();
    }

    private static DeviceMemory Load(CudaContext context, CudaStream stream, FileStream file)
    {
        using PinnedMemory chunk = new(context);
        DeviceMemory target = new(context, file.Length);
        for (long done = 0; done < file.Length;)
        {
            int count = (int)Math.Min(ChunkBytes, file.Length - done);
            file.ReadExactly(chunk.Reserve<byte>(count));
            stream.Upload(target.Pointer + (nint)done, (void*)chunk.Pointer, count);
            stream.Wait();
            done += count;
        }

        return target;
    }
}
