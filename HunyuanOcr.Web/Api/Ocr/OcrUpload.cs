using HunyuanOcr.Web.Documents;
using HunyuanOcr.Web.Hosting;

namespace HunyuanOcr.Web.Api.Ocr;

/// <summary>The file of a call on disk for as long as the call lasts; its name there is ours, never the sender's.</summary>
/// <param name="Path">Where it lies.</param>
/// <param name="Name">For showing.</param>
/// <param name="Type">Media type by content.</param>
/// <param name="Bytes">Its size.</param>
internal sealed record OcrUpload(string Path, string Name, string Type, long Bytes) : IDisposable
{
    internal const string Pdf = "application/pdf";

    /// <summary>Takes a file: looks at its first bytes before the rest is read, counts the rest on its way to disk.</summary>
    /// <exception cref="DocumentRefusedException">It is no picture and no PDF, or too large; nothing of it is kept.</exception>
    internal static async Task<OcrUpload> ReceiveAsync(string name, Stream body, StudioOptions options, CancellationToken cancellationToken)
    {
        name = DocumentStore.NameForShowing(name);
        byte[] lead = new byte[FileKind.Lead];
        int led = await body.ReadAtLeastAsync(lead, lead.Length, throwOnEndOfStream: false, cancellationToken);
        string type = TypeOf(name, lead.AsSpan(0, led));
        string folder = System.IO.Path.Combine(options.Storage.DocumentFolder, "incoming");
        Directory.CreateDirectory(folder);
        string path = System.IO.Path.Combine(folder, Guid.NewGuid().ToString("N"));
        try
        {
            long bytes = led;
            await using FileStream file = new(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.Asynchronous);
            await file.WriteAsync(lead.AsMemory(0, led), cancellationToken);
            byte[] buffer = new byte[81_920];
            for (int count; (count = await body.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                bytes += count;
                if (bytes > options.Limits.MaxUploadBytes)
                    throw new DocumentRefusedException(new(RefusalCode.TooLarge, name, bytes, Limit: options.Limits.MaxUploadBytes));
                await file.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            }
            return new(path, name, type, bytes);
        }
        catch (Exception e)
        {
            File.Delete(path);
            if (e is IOException disk && FullDisk.Is(disk))
                throw new DocumentRefusedException(new(RefusalCode.DiskFull, name, 0, Detail: e.Message), e);
            throw;
        }
    }

    public void Dispose() => File.Delete(Path);

    private static string TypeOf(string name, ReadOnlySpan<byte> lead)
    {
        if (lead.Length == 0)
            throw new DocumentRefusedException(new(RefusalCode.Empty, name, 0));
        string kind = FileKind.Of(lead);
        if (kind == "pdf")
            return Pdf;
        return kind.StartsWith("image/", StringComparison.Ordinal) ? kind : throw new DocumentRefusedException(new(RefusalCode.NotAPicture, name, lead.Length, Kind: kind));
    }
}
