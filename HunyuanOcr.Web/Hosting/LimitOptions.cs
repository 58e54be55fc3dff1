namespace HunyuanOcr.Web.Hosting;

/// <summary>The largest that one request or the whole server may be.</summary>
internal sealed record LimitOptions
{
    /// <summary>What a JSON body holds beside its pictures, in bytes.</summary>
    private const long RestOfBody = 1024 * 1024;

    /// <summary>Largest file in MiB, uploaded or inside a request.</summary>
    internal required int MaxUploadMegabytes { get; init; }

    /// <summary>Most pixels of one picture.</summary>
    internal required long MaxPixels { get; init; }

    /// <summary>Most pages of one PDF.</summary>
    internal required int MaxPdfPages { get; init; }

    /// <summary>Longest time that opening a PDF or drawing a page of it may take, in seconds.</summary>
    internal required int PdfPageSeconds { get; init; }

    /// <summary>Most memory of a process that draws a page, in MiB of address space.</summary>
    internal required int PdfMemoryMegabytes { get; init; }

    /// <summary>Most base64 characters of one request, all its pictures together.</summary>
    internal required int MaxBase64Characters { get; init; }

    /// <summary>Most pictures of one request.</summary>
    internal required int MaxImagesPerRequest { get; init; }

    /// <summary>Most tokens of one answer; 0 leaves it to the context.</summary>
    internal required int MaxTokens { get; init; }

    /// <summary>Most requests that wait for the engine; one more is answered 429.</summary>
    internal required int QueueLength { get; init; }

    /// <summary>Longest time from a request's arrival to the end of its answer.</summary>
    internal required TimeSpan RequestTimeout { get; init; }

    /// <summary>Most open connections; 0 sets no limit.</summary>
    internal required int MaxConnections { get; init; }

    /// <summary>Slowest body that is still waited for, in bytes a second; 0 waits for any.</summary>
    internal required int MinBodyBytesPerSecond { get; init; }

    /// <summary>Longest time until a request's headers have arrived.</summary>
    internal required TimeSpan HeaderTimeout { get; init; }

    internal long MaxUploadBytes => MaxUploadMegabytes * 1024L * 1024L;

    /// <summary>Largest body of a JSON request in bytes.</summary>
    internal long MaxBodyBytes => Math.Max(MaxBase64Characters, MaxUploadBytes) + RestOfBody;

    internal static LimitOptions Read(SettingReader settings)
    {
        int megabytes = settings.Number("Limits:MaxUploadMegabytes", 20, 1, 1024, "MiB");
        return new()
        {
            MaxUploadMegabytes = megabytes,
            MaxPixels = settings.Number("Limits:MaxPixels", 50_000_000, 1, 1_000_000_000, "pixels"),
            MaxPdfPages = settings.Number("Limits:MaxPdfPages", 200, 1, 10_000, "pages"),
            PdfPageSeconds = settings.Number("Limits:PdfPageSeconds", 20, 1, 600, "seconds"),
            PdfMemoryMegabytes = settings.Number("Limits:PdfMemoryMegabytes", 1024, 64, 65_536, "MiB"),
            // Base64 writes three bytes as four characters, the last three filled up.
            MaxBase64Characters = settings.Number("Limits:MaxBase64Characters", ((megabytes * 1024 * 1024 / 3) + 1) * 4, 4, 2_000_000_000, "characters"),
            MaxImagesPerRequest = settings.Number("Limits:MaxImagesPerRequest", 8, 1, 1000, "pictures"),
            MaxTokens = settings.Number("Limits:MaxTokens", 0, 0, 32_768, "tokens"),
            QueueLength = settings.Number("Limits:QueueLength", 256, 1, 100_000, "requests"),
            RequestTimeout = settings.Seconds("Limits:RequestTimeout", 600, 1, 86_400),
            MaxConnections = settings.Number("Limits:MaxConnections", 2000, 0, 1_000_000, "connections"),
            MinBodyBytesPerSecond = settings.Number("Limits:MinBodyBytesPerSecond", 240, 0, 1_000_000, "bytes a second"),
            HeaderTimeout = settings.Seconds("Limits:HeaderTimeout", 15, 1, 3600),
        };
    }
}
