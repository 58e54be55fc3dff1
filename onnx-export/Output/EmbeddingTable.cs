using OnnxExport.Checkpoints;
using OnnxExport.Weights;

namespace OnnxExport.Output;

/// <summary>embedding.bin: the token embeddings [vocabulary, hidden] just as the checkpoint has them, row-major, without a header.</summary>
internal static class EmbeddingTable
{
    public const string FileName = "embedding.bin";

    private const int ChunkBytes = 4 << 20;

    public static void Write(PartialFolder folder, StoredTensor table)
    {
        using OutputFile file = folder.Create(FileName);
        using WorkingMemory.Buffer<byte> chunk = folder.Memory.Rent<byte>(Math.Min(ChunkBytes, table.ByteLength));
        for (long start = 0; start < table.ByteLength; start += chunk.Span.Length)
        {
            Span<byte> bytes = chunk.Span[..(int)Math.Min(chunk.Span.Length, table.ByteLength - start)];
            table.Read(start, bytes);
            file.Write(bytes);
        }
        file.Complete();
    }
}
