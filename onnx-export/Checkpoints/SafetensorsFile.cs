using System.Buffers.Binary;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace OnnxExport.Checkpoints;

/// <summary>
/// One safetensors file: 8 bytes little-endian header length, a JSON header of name -> dtype, shape, data_offsets, then the
/// data. Only the header is kept in memory; ranges of the data are read on demand.
/// </summary>
internal sealed class SafetensorsFile : IDisposable
{
    // The reference implementation's own limit.
    private const long MaxHeaderBytes = 100_000_000;

    private readonly SafeFileHandle handle;

    private SafetensorsFile(string path)
    {
        Name = Path.GetFileName(path);
        handle = File.OpenHandle(path, options: FileOptions.SequentialScan);
    }

    public string Name { get; }

    public IReadOnlyList<StoredTensor> Tensors { get; private set; } = [];

    /// <exception cref="CheckpointException">The header is damaged or does not fit the file.</exception>
    public static SafetensorsFile Open(string path)
    {
        var file = new SafetensorsFile(path);
        try
        {
            file.Tensors = file.ReadHeader();
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public void Read(long offset, Span<byte> target)
    {
        while (!target.IsEmpty)
        {
            int read = RandomAccess.Read(handle, target, offset);
            if (read == 0)
                throw new CheckpointException($"{Name} ended while it was read; has it been changed?");
            target = target[read..];
            offset += read;
        }
    }

    public void Dispose() => handle.Dispose();

    private List<StoredTensor> ReadHeader()
    {
        long fileLength = RandomAccess.GetLength(handle);
        if (fileLength < 8)
            throw Damaged($"it has {fileLength} bytes, less than a header");
        Span<byte> prefix = stackalloc byte[8];
        Read(0, prefix);
        ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (headerLength is < 2 or > MaxHeaderBytes)
            throw Damaged($"its header claims {headerLength} bytes");
        if ((long)headerLength > fileLength - 8)
            throw Damaged($"its header claims {headerLength} bytes but the file has only {fileLength}; the download is incomplete");
        var header = new byte[(int)headerLength];
        Read(8, header);
        try
        {
            using JsonDocument document = JsonDocument.Parse(header);
            return [.. ReadTensors(document.RootElement, 8 + (long)headerLength, fileLength)];
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or IndexOutOfRangeException)
        {
            throw Damaged("its header is not the JSON of a safetensors file");
        }
    }

    private IEnumerable<StoredTensor> ReadTensors(JsonElement header, long dataStart, long fileLength)
    {
        foreach (JsonProperty property in header.EnumerateObject())
        {
            if (property.Name == "__metadata__")
                continue;
            string dtype = property.Value.GetProperty("dtype").GetString() ?? "";
            TensorType type = TensorTypes.Parse(dtype)
                ?? throw new CheckpointException($"{Name}: tensor {property.Name} has dtype {dtype}; supported are BF16, F16 and F32.");
            long[] shape = [.. property.Value.GetProperty("shape").EnumerateArray().Select(item => item.GetInt64())];
            long begin = property.Value.GetProperty("data_offsets")[0].GetInt64();
            long end = property.Value.GetProperty("data_offsets")[1].GetInt64();
            var tensor = new StoredTensor(property.Name, this, type, shape, dataStart + begin);
            if (shape.Any(size => size < 0) || begin < 0 || end - begin != tensor.ByteLength)
                throw Damaged($"tensor {property.Name} of shape {StoredTensor.Describe(shape)} and dtype {dtype} cannot take bytes {begin} to {end}");
            if (end > fileLength - dataStart)
                throw Damaged($"tensor {property.Name} ends at byte {dataStart + end} but the file has only {fileLength}; the download is incomplete");
            yield return tensor;
        }
    }

    private CheckpointException Damaged(string why) => new($"{Name} is damaged: {why}.");
}
