namespace OnnxExport.Checkpoints;

/// <summary>One tensor in a safetensors file: where it lies, not what it holds.</summary>
/// <param name="Name">As the file names it.</param>
/// <param name="File">The file it is in.</param>
/// <param name="Type">Number format.</param>
/// <param name="Shape">Row-major.</param>
/// <param name="Offset">First byte, from the start of the file.</param>
internal sealed record StoredTensor(string Name, SafetensorsFile File, TensorType Type, IReadOnlyList<long> Shape, long Offset)
{
    public long Elements => Shape.Aggregate(1L, (product, size) => product * size);

    public long ByteLength => Elements * Type.Bytes();

    /// <summary>Reads bytes from within the tensor.</summary>
    /// <param name="start">First byte, from the start of the tensor.</param>
    /// <param name="target">Filled whole.</param>
    public void Read(long start, Span<byte> target) => File.Read(Offset + start, target);

    public static string Describe(IEnumerable<long> shape) => $"[{string.Join(", ", shape)}]";
}
