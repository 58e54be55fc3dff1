namespace HunyuanOcr.Web.Documents;

/// <summary>Why a file was not taken. The page words it in the visitor's language by <see cref="Code"/>.</summary>
/// <param name="Code">One of <see cref="RefusalCode"/>.</param>
/// <param name="Name">The file's name.</param>
/// <param name="Bytes">Its size, as far as it is known.</param>
/// <param name="Kind">What it is instead of a picture, a key of <see cref="FileKind"/>.</param>
/// <param name="Found">The value that was found, where a limit was passed.</param>
/// <param name="Limit">The limit.</param>
/// <param name="Detail">The decoder's own reason.</param>
/// <param name="Request">The request's id in the log.</param>
/// <param name="Page">The page of a PDF that is at fault; null where it is the whole file.</param>
public sealed record DocumentRefusal(string Code, string Name, long Bytes, string? Kind = null, long? Found = null, long? Limit = null, string? Detail = null, string? Request = null, int? Page = null)
{
    /// <summary>The HTTP status that goes with the code.</summary>
    public int Status => Code switch
    {
        RefusalCode.NotAPicture => StatusCodes.Status415UnsupportedMediaType,
        RefusalCode.TooLarge => StatusCodes.Status413PayloadTooLarge,
        RefusalCode.TooManyPixels or RefusalCode.AspectRatio or RefusalCode.Damaged or RefusalCode.Empty or RefusalCode.EmptyArchive or RefusalCode.ArchiveDamaged or RefusalCode.ArchiveEncrypted
            or RefusalCode.TooMany or RefusalCode.TooSlow => StatusCodes.Status422UnprocessableEntity,
        RefusalCode.PdfEncrypted or RefusalCode.PdfDamaged or RefusalCode.PdfNoPages or RefusalCode.PdfTooManyPages or RefusalCode.PdfPageSize
            or RefusalCode.PdfTooHeavy or RefusalCode.PdfTooSlow or RefusalCode.BatchFull or RefusalCode.BatchPages => StatusCodes.Status422UnprocessableEntity,
        RefusalCode.PdfUnavailable => StatusCodes.Status501NotImplemented,
        RefusalCode.TooOften => StatusCodes.Status429TooManyRequests,
        RefusalCode.Forbidden => StatusCodes.Status403Forbidden,
        RefusalCode.DiskFull => StatusCodes.Status507InsufficientStorage,
        _ => 0,
    };

    /// <summary>Whether the same file may be taken another time: the machine had no room, no time or no program for it.</summary>
    internal bool MayPass => Code is RefusalCode.DiskFull or RefusalCode.TooSlow or RefusalCode.PdfTooSlow or RefusalCode.PdfUnavailable;
}

/// <summary>The closed list of refusals.</summary>
public static class RefusalCode
{
    /// <summary>Not a JPEG, PNG, WebP, TIFF or GIF.</summary>
    public const string NotAPicture = "unsupported_media_type";

    /// <summary>More bytes than allowed.</summary>
    public const string TooLarge = "too_large";

    /// <summary>No bytes.</summary>
    public const string Empty = "empty";

    /// <summary>More pixels than allowed.</summary>
    public const string TooManyPixels = "too_many_pixels";

    /// <summary>Far longer than wide, or wider than long.</summary>
    public const string AspectRatio = "aspect_ratio";

    /// <summary>Truncated or corrupt.</summary>
    public const string Damaged = "damaged";

    /// <summary>Decoding took too long.</summary>
    public const string TooSlow = "decoding_timeout";

    /// <summary>The request brings no valid cookie or token of this server.</summary>
    public const string Forbidden = "forbidden";

    /// <summary>More requests than this visitor may send; <see cref="DocumentRefusal.Limit"/> says how many seconds to wait.</summary>
    public const string TooOften = "too_many_requests";

    /// <summary>It could not be stored.</summary>
    public const string DiskFull = "storage_full";

    /// <summary>It never arrived whole.</summary>
    public const string NotSent = "not_sent";

    /// <summary>The server could not fetch it from its address.</summary>
    public const string NotFetched = "not_fetched";

    /// <summary>An archive without a file to read.</summary>
    public const string EmptyArchive = "empty_archive";

    /// <summary>An archive that cannot be unpacked.</summary>
    public const string ArchiveDamaged = "archive_damaged";

    /// <summary>A file of an archive that asks for a password.</summary>
    public const string ArchiveEncrypted = "archive_encrypted";

    /// <summary>More files at once than are read here.</summary>
    public const string TooMany = "too_many_files";

    /// <summary>A batch that would have more files than allowed.</summary>
    public const string BatchFull = "batch_full";

    /// <summary>A batch that would have more pages than allowed.</summary>
    public const string BatchPages = "batch_pages";

    /// <summary>The address names a run that is not kept any more.</summary>
    public const string RunGone = "run_gone";

    /// <summary>A PDF that asks for a password.</summary>
    public const string PdfEncrypted = "pdf_encrypted";

    /// <summary>A PDF, or a page of it, that cannot be made sense of.</summary>
    public const string PdfDamaged = "pdf_damaged";

    /// <summary>A PDF without pages.</summary>
    public const string PdfNoPages = "pdf_no_pages";

    /// <summary>A PDF with more pages than allowed.</summary>
    public const string PdfTooManyPages = "pdf_too_many_pages";

    /// <summary>Pages far larger, or far longer than wide, than paper is.</summary>
    public const string PdfPageSize = "pdf_page_size";

    /// <summary>Drawing a page needs more memory than allowed.</summary>
    public const string PdfTooHeavy = "pdf_too_heavy";

    /// <summary>Opening the PDF or drawing a page took too long.</summary>
    public const string PdfTooSlow = "pdf_too_slow";

    /// <summary>This server cannot draw PDFs: poppler-utils is not installed.</summary>
    public const string PdfUnavailable = "pdf_unavailable";
}

/// <summary>Ends the taking of a file.</summary>
internal sealed class DocumentRefusedException(DocumentRefusal refusal, Exception? inner = null) : Exception(refusal.Code, inner)
{
    internal DocumentRefusal Refusal { get; } = refusal;
}
