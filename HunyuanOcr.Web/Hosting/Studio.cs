using HunyuanOcr.Inference;
using HunyuanOcr.Web.Api;
using HunyuanOcr.Web.Api.Ocr;
using HunyuanOcr.Web.Api.OpenApi;
using HunyuanOcr.Web.Api.Runs;
using HunyuanOcr.Web.Batches;
using HunyuanOcr.Web.Components;
using HunyuanOcr.Web.Components.History;
using HunyuanOcr.Web.Documents;
using HunyuanOcr.Web.Documents.Pdf;
using HunyuanOcr.Web.Language;
using HunyuanOcr.Web.Persistence;
using HunyuanOcr.Web.Recognise;
using HunyuanOcr.Web.Security;
using HunyuanOcr.Web.Telemetry;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.SignalR;
using Microsoft.EntityFrameworkCore;
using Radzen;

namespace HunyuanOcr.Web.Hosting;

/// <summary>Puts the app together: services first, then the order in which a request meets them.</summary>
internal static class Studio
{
    /// <summary>Text that a person edits in a page may be long; SignalR's own limit of 32 KB ends the circuit.</summary>
    private const long LargestHubMessage = 1024 * 1024;

    internal static void AddStudio(this WebApplicationBuilder builder, StudioOptions options)
    {
        // Without a publish, assets of packages lie where the build recorded them; the SDK looks there by itself only in Development.
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.UseUrls([.. options.Listen.Urls]);
        builder.WebHost.ConfigureKestrel(kestrel => ServerLimits.Set(kestrel, options.Limits));

        IServiceCollection services = builder.Services;
        services.AddSingleton(options);
        services.AddSingleton(options.Engine);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<StudioDatabases>();
        services.AddSingleton<IDbContextFactory<StudioDatabase>>(provider => provider.GetRequiredService<StudioDatabases>());
        // The first to start: everybody else may ask the database at once.
        services.AddHostedService<DatabaseStart>();
        services.AddDataProtection().SetApplicationName("HunyuanOcr").PersistKeysToFileSystem(new DirectoryInfo(Path.Combine(options.Storage.DocumentFolder, "keys")));
        services.AddAntiforgery();
        services.AddStudioSecurity(options);
        services.AddSingleton<OwnerCookie>();
        services.AddSingleton<IPictureFile, PictureFile>();
        services.AddSingleton(PopplerTools.OfMachine());
        services.AddSingleton<PdfRenderer>();
        services.AddSingleton<PdfPageFiles>();
        services.AddSingleton<DocumentStore>();
        services.AddHostedService<DocumentRetention>();
        services.AddSingleton<SampleGallery>();
        services.AddSingleton<LoadPageReader>(EnginePageReader.LoadAsync);
        services.AddSingleton<SelfChecks>();
        builder.AddStudioTelemetry(options.Telemetry);
        services.AddSingleton<Drain>();
        services.AddSingleton<IHostLifetime, DrainLifetime>();
        services.Configure<HostOptions>(static host => host.ShutdownTimeout = Drain.LastWait);
        services.AddSingleton<ReaderHost>();
        services.AddHostedService(provider => provider.GetRequiredService<ReaderHost>());
        services.AddSingleton<RunHistory>();
        services.AddSingleton<RunSweep>();
        services.AddSingleton<RunKeeper>();
        services.AddHostedService(provider => provider.GetRequiredService<RunKeeper>());
        // Stops before the keeper, which it hands its last runs to.
        services.AddSingleton<ApiRuns>();
        services.AddHostedService(provider => provider.GetRequiredService<ApiRuns>());
        services.AddSingleton<RecogniseRuns>();
        services.AddSingleton<ReadingPiles>();
        services.AddScoped<OwnPresets>();
        services.AddBatches();
        services.AddOpenAi(options.Api);
        services.AddApiDocument();
        // Scripts and styles only: nothing that one person may see and another may guess at by its size.
        services.AddResponseCompression(compression =>
        {
            compression.EnableForHttps = true;
            compression.MimeTypes = ["text/css", "text/javascript", "application/javascript", "image/svg+xml"];
        });
        services.AddRadzenComponents();
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.Configure<HubOptions>(hub => hub.MaximumReceiveMessageSize = LargestHubMessage);
    }

    internal static void MapStudio(this WebApplication app)
    {
        app.UseForwardedAddress(app.Services.GetRequiredService<StudioOptions>());
        app.UseBodyRest();
        app.UseSecurityHeaders();
        app.UseStudioTelemetry();
        app.UseResponseCompression();
        app.UseApiFaults();
        app.UseDrain();
        app.UseRouting();
        app.UseStudioSecurity();
        app.UseNotFoundPage();
        app.UseAntiforgery();
        app.MapStaticAssets();
        Health.Map(app);
        MetricsText.Map(app);
        PageLanguages.Map(app);
        app.MapOcr();
        SignIn.Map(app);
        app.MapDocuments();
        SampleGallery.Map(app);
        RunDownloads.Map(app);
        HistoryDownload.Map(app);
        BatchRoutes.Map(app);
        app.MapOpenAi();
        app.MapApiDocument();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode();
    }
}
