using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using HunyuanOcr.Web.Hosting;

namespace HunyuanOcr.Web.Documents.Pdf;

/// <summary>PDF to pictures, in one place for pages and API: looks into a file before anything of it is drawn, then draws page by page.</summary>
internal sealed partial class PdfRenderer : IDisposable
{
    /// <summary>Bytes that a page's box takes in pdfinfo's output, generously.</summary>
    private const int InfoBytesPerPage = 256;

    private static ReadOnlySpan<byte> PngLead => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    private readonly PopplerTools _tools;
    private readonly PdfLimits _limits;
    private readonly ILogger<PdfRenderer> _logger;
    private readonly SemaphoreSlim _turns;

    public PdfRenderer(PopplerTools tools, StudioOptions options, ILogger<PdfRenderer> logger)
        : this(tools, PdfLimits.From(options), logger)
    {
    }

    internal PdfRenderer(PopplerTools tools, PdfLimits limits, ILogger<PdfRenderer> logger)
    {
        _tools = tools;
        _limits = limits;
        _logger = logger;
        // Pages are drawn beside the engine's own threads: half of the processors, four at most.
        _turns = new(Math.Clamp(Environment.ProcessorCount / 2, 1, 4));
    }

    /// <summary>Looks into a PDF: counts its pages and reads their boxes.</summary>
    /// <param name="path">Where it lies; absolute.</param>
    /// <param name="name">What its owner calls it, for messages.</param>
    /// <exception cref="DocumentRefusedException">It needs a password, is damaged, has no pages, too many or none that can be drawn; or this server lacks poppler.</exception>
    internal async Task<PdfFile> OpenAsync(string path, string name, CancellationToken cancellationToken)
    {
        long bytes = new FileInfo(path).Length;
        CheckTools(name, bytes);
        string[] arguments = ["-f", "1", "-l", _limits.MaxPages.ToString(CultureInfo.InvariantCulture), Path.GetFullPath(path)];
        ToolOutcome outcome = await InTurnAsync(() => _tools.InfoAsync(arguments, _limits, 65_536 + ((long)_limits.MaxPages * InfoBytesPerPage), cancellationToken), cancellationToken);
        if (Opening(outcome, name, bytes) is { } refusal)
            throw Refused(refusal, outcome);
        if (outcome.ExitCode != 0 || PdfInfo.Parse(Encoding.Latin1.GetString(outcome.Output), _limits.MaxPages) is not { } info)
            throw Refused(new(RefusalCode.PdfDamaged, name, bytes, Detail: FirstLine(outcome.Errors)), outcome);
        if (info.PageCount == 0)
            throw Refused(new(RefusalCode.PdfNoPages, name, bytes), outcome);
        if (info.PageCount > _limits.MaxPages)
            throw Refused(new(RefusalCode.PdfTooManyPages, name, bytes, Found: info.PageCount, Limit: _limits.MaxPages), outcome);
        if (!info.Pages.Any(page => page.IsRenderable))
            throw Refused(Unrenderable(info.Pages[0], name, bytes), outcome);
        return new(Path.GetFullPath(path), name, bytes, info.Pages, Repaired: HasComplaints(outcome.Errors));
    }

    /// <summary>Draws a page.</summary>
    /// <param name="number">From 1 to <see cref="PdfFile.PageCount"/>.</param>
    /// <param name="pixels">Most pixels of the picture: what the model looks at, or less for a thumbnail.</param>
    /// <exception cref="DocumentRefusedException">This page cannot be drawn; others of the file may.</exception>
    internal async Task<PdfPageImage> RenderPageAsync(PdfFile file, int number, long pixels, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, file.PageCount);
        CheckTools(file.Name, file.Bytes);
        PdfPage page = file.Pages[number - 1];
        if (!page.IsRenderable)
            throw new DocumentRefusedException(Unrenderable(page, file.Name, file.Bytes));
        pixels = Math.Max(1, Math.Min(pixels, _limits.MaxPixels));
        double resolution = PageResolution.Of(page, pixels);
        string at = number.ToString(CultureInfo.InvariantCulture);
        string[] arguments = ["-png", "-singlefile", "-cropbox", "-f", at, "-l", at, "-r", resolution.ToString("0.######", CultureInfo.InvariantCulture), file.Path];
        // An incompressible page of three bytes a pixel, and PNG's own.
        ToolOutcome outcome = await InTurnAsync(() => _tools.RenderAsync(arguments, _limits, (pixels * 4) + 65_536, cancellationToken), cancellationToken);
        if (Opening(outcome, file.Name, file.Bytes) is { } refusal)
            throw Refused(refusal with { Page = number }, outcome);
        if (outcome.ExitCode != 0 || Size(outcome.Output) is not { } size)
            throw Refused(new(RefusalCode.PdfDamaged, file.Name, file.Bytes, Detail: FirstLine(outcome.Errors), Page: number), outcome);
        return new(outcome.Output, size.Width, size.Height, resolution, Faulty: HasComplaints(outcome.Errors));
    }

    public void Dispose() => _turns.Dispose();

    private void CheckTools(string name, long bytes)
    {
        if (_tools.Missing is { Count: > 0 } missing)
            throw new DocumentRefusedException(new(RefusalCode.PdfUnavailable, name, bytes, Detail: string.Join(", ", missing)));
    }

    private async Task<ToolOutcome> InTurnAsync(Func<Task<ToolOutcome>> run, CancellationToken cancellationToken)
    {
        await _turns.WaitAsync(cancellationToken);
        try
        {
            return await run();
        }
        finally
        {
            _turns.Release();
        }
    }

    /// <summary>Reasons that both tools give alike; null where it is none of them.</summary>
    private DocumentRefusal? Opening(ToolOutcome outcome, string name, long bytes)
    {
        if (outcome.TimedOut)
            return new(RefusalCode.PdfTooSlow, name, bytes, Limit: (long)Math.Ceiling(_limits.Time.TotalSeconds));
        // pdftoppm says so and still ends with exit code 0; the library may also end it by a signal.
        if (outcome.Overflowed || outcome.ExitCode >= 128 || outcome.Errors.Contains("Out of memory", StringComparison.OrdinalIgnoreCase)
            || outcome.Errors.Contains("bad_alloc", StringComparison.Ordinal) || outcome.Errors.Contains("Bogus memory allocation", StringComparison.Ordinal))
            return new(RefusalCode.PdfTooHeavy, name, bytes, Limit: _limits.MemoryBytes);
        if (outcome.Errors.Contains("Incorrect password", StringComparison.Ordinal) || outcome.Errors.Contains("security handler", StringComparison.Ordinal))
            return new(RefusalCode.PdfEncrypted, name, bytes);
        return outcome.Errors.Contains("Invalid page count 0", StringComparison.Ordinal) ? new(RefusalCode.PdfNoPages, name, bytes) : null;
    }

    private static DocumentRefusal Unrenderable(PdfPage page, string name, long bytes) => page.Width < 1 || page.Height < 1
        ? new(RefusalCode.PdfDamaged, name, bytes, Detail: $"Page {page.Number} has no size.", Page: page.Number)
        : new(RefusalCode.PdfPageSize, name, bytes, Found: Centimetres(Math.Max(page.Width, page.Height)), Limit: Centimetres(PdfLimits.LongestSide), Page: page.Number);

    private static long Centimetres(double points) => (long)Math.Min(long.MaxValue / 2, points * 2.54 / 72);

    /// <summary>The picture's size from its header; null where it is not whole.</summary>
    private static (int Width, int Height)? Size(ReadOnlySpan<byte> png) =>
        png.Length > 45 && png.StartsWith(PngLead) && png[..^4].EndsWith("IEND"u8) && png[12..16].SequenceEqual("IHDR"u8)
            ? (BinaryPrimitives.ReadInt32BigEndian(png[16..]), BinaryPrimitives.ReadInt32BigEndian(png[20..]))
            : null;

    private static bool HasComplaints(string errors) => errors.Contains("Syntax Error", StringComparison.Ordinal) || errors.Contains("Internal Error", StringComparison.Ordinal);

    private static string FirstLine(string errors)
    {
        string line = errors.AsSpan().Trim().ToString().Split('\n', 2)[0];
        return string.Concat(line.Where(letter => !char.IsControl(letter)).Take(200));
    }

    private DocumentRefusedException Refused(DocumentRefusal refusal, ToolOutcome outcome)
    {
        Log.Refused(_logger, refusal.Code, refusal.Page ?? 0, outcome.ExitCode, refusal.Bytes);
        return new(refusal);
    }

    private static partial class Log
    {
        [LoggerMessage(2301, LogLevel.Information, "A PDF was refused: {Code}, page {Page}, exit code {ExitCode}, {Bytes} bytes.")]
        internal static partial void Refused(ILogger logger, string code, int page, int exitCode, long bytes);
    }
}
