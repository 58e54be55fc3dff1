using System.Security.Cryptography;
using OnnxExport.Weights;

namespace OnnxExport.Output;

/// <summary>A file of the model folder while it is written from front to back; counts and hashes on the way.</summary>
internal sealed class OutputFile : ITensorSink, IDisposable
{
    private const int BufferBytes = 1 << 20;

    private readonly PartialFolder folder;
    private readonly string name;
    private readonly FileStream stream;
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long length;

    public OutputFile(PartialFolder folder, string name)
    {
        this.folder = folder;
        this.name = name;
        stream = new FileStream(Path.Combine(folder.Path, name), FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferBytes);
    }

    public WorkingMemory Memory => folder.Memory;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            folder.Cancel.ThrowIfCancellationRequested();
            ReadOnlySpan<byte> piece = bytes[..Math.Min(bytes.Length, BufferBytes)];
            stream.Write(piece);
            hash.AppendData(piece);
            length += piece.Length;
            folder.Progress.Add(piece.Length, name);
            bytes = bytes[piece.Length..];
        }
    }

    /// <summary>Writes zeros up to a position.</summary>
    public void PadTo(long position)
    {
        Span<byte> zeros = stackalloc byte[512];
        zeros.Clear();
        while (length < position)
            Write(zeros[..(int)Math.Min(zeros.Length, position - length)]);
    }

    /// <summary>Closes the file and enters it into the folder's list; a file that was not completed stays out of it.</summary>
    public void Complete()
    {
        stream.Flush(flushToDisk: true);
        folder.Add(new WrittenFile(name, length, Convert.ToHexStringLower(hash.GetHashAndReset())));
    }

    public void Dispose()
    {
        hash.Dispose();
        try
        {
            stream.Dispose();
        }
        catch (IOException)
        {
            // What Dispose flushes belongs to a file that was not completed: a full disk has been reported by the write before.
        }
    }
}

/// <summary>One line of export.json.</summary>
internal sealed record WrittenFile(string Name, long Bytes, string Sha256);
