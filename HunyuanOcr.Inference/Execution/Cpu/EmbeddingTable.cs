using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using HunyuanOcr.Inference.Checkpoints;
using HunyuanOcr.Inference.Execution.OnnxRuntime;

namespace HunyuanOcr.Inference.Execution.Cpu;

/// <summary>The token embeddings, read from the mapped file row by row and widened to float.</summary>
internal sealed unsafe class EmbeddingTable : IDisposable
{
    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor view;
    private readonly EmbeddingFile facts;
    private readonly byte* data;

    /// <exception cref="OcrConfigurationException">The file is shorter than the table.</exception>
    public EmbeddingTable(string path, EmbeddingFile facts)
    {
        this.facts = facts;
        FileStream stream = File.OpenRead(path);
        if (stream.Length < facts.Bytes)
        {
            stream.Dispose();
            throw new OcrConfigurationException([$"{path} has fewer than {facts.Bytes} bytes. {ModelFolder.Remedy}"]);
        }

        file = MemoryMappedFile.CreateFromFile(stream, mapName: null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        view = file.CreateViewAccessor(0, facts.Bytes, MemoryMappedFileAccess.Read);
        byte* pointer = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
        data = pointer + view.PointerOffset;
    }

    /// <summary>Copies one token's row.</summary>
    /// <param name="token">Token id.</param>
    /// <param name="row">[Columns].</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such token.</exception>
    public void CopyRow(int token, Span<float> row)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(token);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(token, facts.Rows);
        byte* source = data + ((long)token * facts.Columns * facts.Type.Bytes());
        row = row[..facts.Columns];
        switch (facts.Type)
        {
            case OrtElementType.Float:
                new ReadOnlySpan<float>(source, facts.Columns).CopyTo(row);
                break;
            case OrtElementType.Float16:
                Widen((Half*)source, row);
                break;
            default:
                Widen((ushort*)source, row);
                break;
        }
    }

    public void Dispose()
    {
        view.SafeMemoryMappedViewHandle.ReleasePointer();
        view.Dispose();
        file.Dispose();
    }

    private static void Widen(Half* source, Span<float> row)
    {
        for (int i = 0; i < row.Length; i++)
            row[i] = (float)source[i];
    }

    /// <summary>bfloat16 is the upper half of a float.</summary>
    private static void Widen(ushort* source, Span<float> row)
    {
        Span<uint> bits = MemoryMarshal.Cast<float, uint>(row);
        int i = 0;
        for (; i + Vector128<ushort>.Count <= bits.Length; i += Vector128<ushort>.Count)
            (Vector256.WidenLower(Vector128.Load(source + i).ToVector256Unsafe()) << 16).CopyTo(bits[i..]);
        for (; i < bits.Length; i++)
            bits[i] = (uint)source[i] << 16;
    }
}
