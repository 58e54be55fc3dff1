using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using OnnxExport.Output;

namespace OnnxExport.RandomCheckpoint;

/// <summary>One tensor to write: its name in the file, the name that its numbers follow from, its shape.</summary>
internal sealed record RandomTensor(string StoredName, string CanonicalName, long[] Shape)
{
    public long Elements => Shape.Aggregate(1L, (product, size) => product * size);

    public long ByteLength => Elements * sizeof(ushort);
}

/// <summary>Writes safetensors files of random BF16 tensors without holding any.</summary>
internal static class SafetensorsWriter
{
    private const int ChunkElements = 1 << 19;

    public static void Write(string path, IReadOnlyList<RandomTensor> tensors, ulong seed, ExportProgress progress, CancellationToken cancel)
    {
        using var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 20);
        byte[] header = Header(tensors);
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        stream.Write(length);
        stream.Write(header);
        var chunk = new ushort[ChunkElements];
        foreach (RandomTensor tensor in tensors)
        {
            var random = new RandomWeights(tensor.CanonicalName, seed);
            for (long left = tensor.Elements; left > 0; left -= ChunkElements)
            {
                cancel.ThrowIfCancellationRequested();
                Span<ushort> values = chunk.AsSpan(0, (int)Math.Min(left, ChunkElements));
                random.Fill(values);
                ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(values);
                stream.Write(bytes);
                progress.Add(bytes.Length, Path.GetFileName(path));
            }
        }
    }

    private static byte[] Header(IReadOnlyList<RandomTensor> tensors)
    {
        var header = new JsonObject { ["__metadata__"] = new JsonObject { ["format"] = "pt" } };
        long offset = 0;
        foreach (RandomTensor tensor in tensors)
        {
            header[tensor.StoredName] = new JsonObject
            {
                ["dtype"] = "BF16",
                ["shape"] = new JsonArray([.. tensor.Shape.Select(size => (JsonNode?)size)]),
                ["data_offsets"] = new JsonArray(offset, offset + tensor.ByteLength),
            };
            offset += tensor.ByteLength;
        }
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(header);
        // The data begins at a multiple of 8.
        var padded = new byte[(json.Length + 7) / 8 * 8];
        padded.AsSpan().Fill((byte)' ');
        json.CopyTo(padded, 0);
        return padded;
    }
}
