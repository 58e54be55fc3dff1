using System.Buffers;
using System.Security.Cryptography;

namespace HunyuanOcr.Web.Documents;

/// <summary>A file that has come in whole and has no place yet; what nobody has moved to its place goes with this.</summary>
internal sealed class IncomingFile : IDisposable
{
    private const int BufferBytes = 81_920;

    private IncomingFile(string path, string name, string hash, long bytes, string kind) => (Path, Name, Hash, Bytes, Kind) = (path, name, hash, bytes, kind);

    /// <summary>Where it lies for now.</summary>
    public string Path { get; }

    /// <summary>What its owner calls it, fit to show.</summary>
    public string Name { get; }

    /// <summary>SHA-256, 64 hexadecimal digits.</summary>
    public string Hash { get; }

    public long Bytes { get; }

    /// <summary>What its first bytes say it is, see <see cref="FileKind.Of"/>.</summary>
    public string Kind { get; }

    /// <summary>Writes a body to disk, counting and hashing it on its way.</summary>
    /// <param name="folder">Where it lies meanwhile.</param>
    /// <param name="name">What its owner calls it, fit to show.</param>
    /// <param name="body">Its bytes.</param>
    /// <param name="mostBytes">No file is longer, except for an archive.</param>
    /// <param name="archives">How large an archive may be; null is as large as any other file.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <exception cref="DocumentRefusedException">It is empty or too large; nothing of it is kept.</exception>
    internal static async Task<IncomingFile> ReceiveAsync(string folder, string name, Stream body, long mostBytes, ArchiveLimits? archives, CancellationToken cancellationToken)
    {
        string path = System.IO.Path.Combine(folder, Guid.NewGuid().ToString("N"));
        try
        {
            using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            byte[] lead = new byte[FileKind.Lead];
            long bytes = await WriteAsync(path, body, hash, lead, Check, cancellationToken);
            if (bytes == 0)
                throw new DocumentRefusedException(new(RefusalCode.Empty, name, 0));
            return new IncomingFile(path, name, Convert.ToHexStringLower(hash.GetHashAndReset()), bytes, FileKind.Of(lead.AsSpan(0, (int)Math.Min(bytes, lead.Length))));

            void Check(long soFar)
            {
                if (soFar <= mostBytes)
                    return;
                long limit = archives is not null && FileKind.Of(lead) == "zip" ? archives.MostBytes : mostBytes;
                if (soFar > limit)
                    throw new DocumentRefusedException(new(RefusalCode.TooLarge, name, soFar, Limit: limit));
            }
        }
        catch
        {
            File.Delete(path);
            throw;
        }
    }

    public void Dispose() => File.Delete(Path);

    private static async Task<long> WriteAsync(string path, Stream body, IncrementalHash hash, byte[] lead, Action<long> check, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        long bytes = 0;
        try
        {
            await using FileStream file = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.Asynchronous);
            for (int count; (count = await body.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                if (bytes < lead.Length)
                    buffer.AsSpan(0, (int)Math.Min(count, lead.Length - bytes)).CopyTo(lead.AsSpan((int)bytes));
                check(bytes += count);
                hash.AppendData(buffer, 0, count);
                await file.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
        return bytes;
    }
}
