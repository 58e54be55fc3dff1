using System.IO.Compression;
using HunyuanOcr.Web.Documents.Pdf;

namespace HunyuanOcr.Web.Documents;

/// <summary>How large an archive may be.</summary>
/// <param name="MostBytes">Packed.</param>
/// <param name="MostFiles">Files in it.</param>
internal sealed record ArchiveLimits(long MostBytes, int MostFiles);

/// <summary>The files of a ZIP as documents, in the order of their names. Nothing of an archive is ever written where it says: entries are read as streams, and counted while they are unpacked.</summary>
internal static class PictureArchive
{
    /// <summary>Most files of one archive that are read here; more are for the Batch page.</summary>
    internal const int MostFiles = 200;

    /// <summary>Takes every file of the archive; one that is refused stands among the refusals by its name, and the others are taken.</summary>
    /// <param name="archive">Can be sought, as a ZIP has its list at its end.</param>
    /// <param name="mostFiles">More are refused as a whole.</param>
    /// <exception cref="DocumentRefusedException">It is damaged, locked with a password, or holds no files or too many.</exception>
    internal static async Task<(IReadOnlyList<StoredDocument> Taken, IReadOnlyList<DocumentRefusal> Refused)> TakeAsync(DocumentStore store, string owner, string name, Stream archive, PdfRenderer pdfs, int mostFiles, CancellationToken cancellationToken)
    {
        try
        {
            using ZipArchive zip = new(archive, ZipArchiveMode.Read, leaveOpen: true);
            List<ZipArchiveEntry> entries = [.. zip.Entries.Where(IsDocument).OrderBy(entry => entry.FullName, StringComparer.OrdinalIgnoreCase)];
            if (entries.Count == 0)
                throw new DocumentRefusedException(new(RefusalCode.EmptyArchive, name, archive.Length));
            if (entries.Count > mostFiles)
                throw new DocumentRefusedException(new(RefusalCode.TooMany, name, archive.Length, Found: entries.Count, Limit: mostFiles));
            List<StoredDocument> taken = [];
            List<DocumentRefusal> refused = [];
            foreach (ZipArchiveEntry entry in entries)
            {
                try
                {
                    if (entry.IsEncrypted)
                        throw new DocumentRefusedException(new(RefusalCode.ArchiveEncrypted, entry.Name, entry.CompressedLength));
                    await using Stream file = entry.Open();
                    taken.Add(await store.TakeEntryAsync(owner, entry.Name, file, pdfs, cancellationToken));
                }
                catch (DocumentRefusedException e)
                {
                    refused.Add(e.Refusal);
                }
            }
            return (taken, refused);
        }
        catch (InvalidDataException e)
        {
            throw new DocumentRefusedException(new(RefusalCode.ArchiveDamaged, name, archive.Length, Detail: e.Message), e);
        }
    }

    /// <summary>Folders, hidden files and what macOS adds are no documents.</summary>
    private static bool IsDocument(ZipArchiveEntry entry) =>
        // An archive in an archive is left packed: nobody means it.
        !entry.Name.EndsWith(".zip", StringComparison.OrdinalIgnoreCase) && entry.Name.Length > 0 && !entry.Name.StartsWith('.') && !entry.FullName.StartsWith("__MACOSX/", StringComparison.Ordinal);
}
