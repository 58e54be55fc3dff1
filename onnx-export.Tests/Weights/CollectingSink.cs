using System.Runtime.InteropServices;
using OnnxExport.Weights;

namespace OnnxExport.Tests.Weights;

/// <summary>Keeps what is written.</summary>
internal sealed class CollectingSink(long memoryBytes) : ITensorSink
{
    private readonly List<byte> bytes = [];

    public WorkingMemory Memory { get; } = new(memoryBytes);

    public IReadOnlyList<byte> Bytes => bytes;

    public float[] Floats => MemoryMarshal.Cast<byte, float>(bytes.ToArray()).ToArray();

    public void Write(ReadOnlySpan<byte> written) => bytes.AddRange(written);

    /// <summary>All bytes of a tensor.</summary>
    public static CollectingSink Of(TensorContent content, long memoryBytes = 1 << 20)
    {
        var sink = new CollectingSink(memoryBytes);
        content.WriteTo(sink);
        Assert.Equal(content.ByteLength, sink.Bytes.Count);
        Assert.Equal(0, sink.Memory.UsedBytes);
        return sink;
    }
}
