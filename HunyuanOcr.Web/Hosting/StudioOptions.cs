using HunyuanOcr.Inference;
using HunyuanOcr.Web.Api;

namespace HunyuanOcr.Web.Hosting;

/// <summary>Everything an operator sets, read once at start; a record for each section.</summary>
internal sealed record StudioOptions
{
    /// <summary>Sections of which every key is known.</summary>
    internal static IReadOnlyList<string> Sections { get; } = ["Model", "Engine", "Limits", "RateLimit", "Auth", "Storage", "Telemetry", "Images", "Listen", "Hosting", "Samples", "Batch"];

    /// <summary>Which model.</summary>
    internal required ModelOptions Model { get; init; }

    /// <summary>What the engine is loaded with.</summary>
    internal required EngineOptions Engine { get; init; }

    /// <summary>The largest that one request may be.</summary>
    internal required LimitOptions Limits { get; init; }

    /// <summary>How many requests may come.</summary>
    internal required RateLimitOptions RateLimit { get; init; }

    /// <summary>Who may ask.</summary>
    internal required AuthOptions Auth { get; init; }

    /// <summary>Where documents and records lie.</summary>
    internal required StorageOptions Storage { get; init; }

    /// <summary>Of the Batch page.</summary>
    internal required BatchOptions Batch { get; init; }

    /// <summary>What the server tells about itself.</summary>
    internal required TelemetryOptions Telemetry { get; init; }

    /// <summary>Of the routes under /v1.</summary>
    internal required ApiOptions Api { get; init; }

    /// <summary>Where the server listens.</summary>
    internal required ListenOptions Listen { get; init; }

    /// <summary>Longest time in seconds that running requests have to finish once the server is told to stop.</summary>
    internal required int DrainSeconds { get; init; }

    /// <summary>Where the samples lie, absolute.</summary>
    internal required string SampleFolder { get; init; }

    /// <summary>Reads and checks every setting.</summary>
    /// <param name="contentRoot">Relative folders start here.</param>
    /// <param name="faults">Every fault; the options are of use only where there is none.</param>
    internal static StudioOptions Read(IConfiguration configuration, string contentRoot, out IReadOnlyList<string> faults)
    {
        SettingReader settings = new(configuration);
        StudioOptions options = Read(settings, configuration, contentRoot);
        settings.RefuseUnknown([.. Sections]);
        faults = settings.Faults;
        return options;
    }

    /// <summary>Every key that can be set.</summary>
    internal static IReadOnlyCollection<string> KnownKeys()
    {
        IConfiguration nothing = new ConfigurationBuilder().Build();
        SettingReader settings = new(nothing);
        _ = Read(settings, nothing, AppContext.BaseDirectory);
        return settings.KnownKeys;
    }

    private static StudioOptions Read(SettingReader settings, IConfiguration configuration, string contentRoot)
    {
        ModelOptions model = ModelOptions.Read(settings, contentRoot);
        LimitOptions limits = LimitOptions.Read(settings);
        ListenOptions listen = ListenOptions.Read(settings, configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint["Url"] ?? ""));
        return new()
        {
            Model = model,
            Engine = ReadEngine(settings, model, limits),
            Limits = limits,
            RateLimit = RateLimitOptions.Read(settings, listen.Exposed),
            Auth = AuthOptions.Read(settings, listen.Exposed),
            Storage = StorageOptions.Read(settings, contentRoot),
            Batch = BatchOptions.Read(settings),
            Telemetry = TelemetryOptions.Read(settings),
            Api = ApiOptions.Read(settings, model, limits),
            Listen = listen,
            DrainSeconds = settings.Number("Hosting:DrainSeconds", 60, 0, 3600, "seconds"),
            SampleFolder = Path.GetFullPath(settings.Text("Samples:Folder", "samples"), AppContext.BaseDirectory),
        };
    }

    private static EngineOptions ReadEngine(SettingReader settings, ModelOptions model, LimitOptions limits) => new()
    {
        ModelFolder = model.Folder,
        Device = settings.Choice("Engine:Device", EngineDevice.Auto),
        MaxSequences = settings.Number("Engine:MaxSequences", 16, 1, 256, "sequences"),
        MaxScheduledTokens = settings.Number("Engine:MaxScheduledTokens", 1024, 1, 65_536, "tokens"),
        BlockSize = settings.Number("Engine:BlockSize", 0, 0, 256, "tokens"),
        CacheMegabytes = settings.Number("Engine:CacheMegabytes", 0, 0, 1_048_576, "MiB"),
        GpuMemoryFraction = settings.Share("Engine:GpuMemoryFraction", 0.9),
        CudaFolder = settings.Text("Engine:CudaFolder", "") is { Length: > 0 } cuda ? cuda : null,
        VisionCacheMegabytes = settings.Number("Engine:VisionCacheMegabytes", 64, 0, 65_536, "MiB"),
        MaxContext = settings.Number("Engine:MaxContext", 0, 0, 1_048_576, "tokens"),
        Threads = settings.Number("Engine:Threads", 0, 0, 1024, "threads"),
        DoubtfulBelow = settings.Share("Engine:DoubtfulBelow", 0.6),
        QueueLength = limits.QueueLength,
        MaxPixels = limits.MaxPixels,
    };
}
