using HunyuanOcr.Inference;
using HunyuanOcr.Web.Api;

namespace HunyuanOcr.Web.Hosting;

/// <summary>Everything an operator sets, read once at start.</summary>
internal sealed record StudioOptions
{
    /// <summary>Names on the command line that people know from other servers.</summary>
    internal static readonly Dictionary<string, string> CommandLineNames = new()
    {
        ["--model"] = "Model:Folder",
        ["--max-num-seqs"] = "Engine:MaxSequences",
        ["--max-model-len"] = "Engine:MaxContext",
        ["--max-num-batched-tokens"] = "Engine:MaxScheduledTokens",
    };

    /// <summary>What the engine is loaded with.</summary>
    internal required EngineOptions Engine { get; init; }

    /// <summary>Of the routes under /v1.</summary>
    internal ApiOptions Api { get; init; } = new();

    /// <summary>Largest upload in MiB.</summary>
    internal required int MaxUploadMegabytes { get; init; }

    /// <summary>Most tokens of one answer; 0 leaves it to the context.</summary>
    internal required int MaxTokens { get; init; }

    /// <summary>Most pages of a PDF.</summary>
    internal required int MaxPdfPages { get; init; }

    /// <summary>Longest time that opening a PDF or drawing a page of it may take, in seconds.</summary>
    internal required int PdfPageSeconds { get; init; }

    /// <summary>Most memory of a process that draws a page, in MiB of address space.</summary>
    internal required int PdfMemoryMegabytes { get; init; }

    /// <summary>Where documents lie, absolute.</summary>
    internal required string DocumentFolder { get; init; }

    /// <summary>Days that documents are kept; 0 keeps them.</summary>
    internal required int RetentionDays { get; init; }

    /// <summary>Where the samples lie, absolute.</summary>
    internal required string SampleFolder { get; init; }

    /// <summary>Addresses to listen on, separated by semicolons.</summary>
    internal required string Urls { get; init; }

    internal long MaxUploadBytes => MaxUploadMegabytes * 1024L * 1024L;

    /// <summary>Reads and checks every setting.</summary>
    /// <param name="contentRoot">Relative folders start here.</param>
    /// <param name="faults">Every fault; the options are of use only where there is none.</param>
    internal static StudioOptions Read(IConfiguration configuration, string contentRoot, out IReadOnlyList<string> faults)
    {
        SettingReader settings = new(configuration);
        string Folder(string key, string fallback) => Path.GetFullPath(settings.Text(key, fallback), contentRoot);

        string model = settings.Text("Model:Folder", "");
        if (model.Length == 0)
            settings.Fault("Model:Folder is not set: give the folder that onnx-export wrote, or start with run.sh, which exports the demo model.");
        else if (!Directory.Exists(Path.GetFullPath(model, contentRoot)))
            settings.Fault($"Model:Folder is \"{model}\": there is no such folder. Export a model with onnx-export, or start with run.sh, which exports the demo model.");

        StudioOptions options = new()
        {
            Engine = ReadEngine(settings, model.Length == 0 ? contentRoot : Path.GetFullPath(model, contentRoot)),
            Api = ApiOptions.Read(settings),
            MaxUploadMegabytes = settings.Number("Limits:MaxUploadMegabytes", 20, 1, 1024, "MiB"),
            MaxTokens = settings.Number("Limits:MaxTokens", 0, 0, 32_768, "tokens"),
            MaxPdfPages = settings.Number("Limits:MaxPdfPages", 200, 1, 10_000, "pages"),
            PdfPageSeconds = settings.Number("Limits:PdfPageSeconds", 20, 1, 600, "seconds"),
            PdfMemoryMegabytes = settings.Number("Limits:PdfMemoryMegabytes", 1024, 64, 65_536, "MiB"),
            DocumentFolder = Folder("Storage:DocumentFolder", "App_Data"),
            RetentionDays = settings.Number("Storage:RetentionDays", 30, 0, 36_500, "days"),
            SampleFolder = Path.GetFullPath(settings.Text("Samples:Folder", "samples"), AppContext.BaseDirectory),
            Urls = settings.Text("Urls", "http://localhost:7860"),
        };
        foreach (string url in options.Urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            if (!IsAddress(url))
                settings.Fault($"Urls holds \"{url}\": give addresses such as http://localhost:7860, separated by semicolons.");
        settings.RefuseUnknown("Model", "Engine", "Limits", "Storage", "Samples", "Images");
        faults = settings.Faults;
        return options;
    }

    private static EngineOptions ReadEngine(SettingReader settings, string model) => new()
    {
        ModelFolder = model,
        Device = settings.Choice("Engine:Device", EngineDevice.Auto),
        MaxSequences = settings.Number("Engine:MaxSequences", 16, 1, 256, "sequences"),
        MaxScheduledTokens = settings.Number("Engine:MaxScheduledTokens", 1024, 1, 65_536, "tokens"),
        BlockSize = settings.Number("Engine:BlockSize", 64, 16, 256, "tokens"),
        CacheMegabytes = settings.Number("Engine:CacheMegabytes", 0, 0, 1_048_576, "MiB"),
        VisionCacheMegabytes = settings.Number("Engine:VisionCacheMegabytes", 64, 0, 65_536, "MiB"),
        MaxContext = settings.Number("Engine:MaxContext", 0, 0, 1_048_576, "tokens"),
        Threads = settings.Number("Engine:Threads", 0, 0, 1024, "threads"),
        DoubtfulBelow = settings.Share("Engine:DoubtfulBelow", 0.6),
        QueueLength = settings.Number("Limits:QueueLength", 256, 1, 100_000, "requests"),
        MaxPixels = settings.Number("Limits:MaxPixels", 50_000_000, 1, 1_000_000_000, "pixels"),
    };

    // "http://+:80" and "http://*:80" are addresses to the server, though not to Uri.
    private static bool IsAddress(string url) =>
        Uri.TryCreate(url.Replace("://+", "://any", StringComparison.Ordinal).Replace("://*", "://any", StringComparison.Ordinal), UriKind.Absolute, out Uri? address)
        && address.Scheme is "http" or "https";
}
