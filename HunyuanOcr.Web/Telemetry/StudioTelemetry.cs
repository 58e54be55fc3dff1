using HunyuanOcr.Web.Api;
using HunyuanOcr.Web.Components.Status;
using HunyuanOcr.Web.Hosting;
using Microsoft.Extensions.Logging.Console;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace HunyuanOcr.Web.Telemetry;

/// <summary>Puts metrics, log and traces together.</summary>
internal static class StudioTelemetry
{
    /// <summary>The port that OTLP over HTTP has by convention; gRPC has 4317.</summary>
    private const int OtlpHttpPort = 4318;

    internal static void AddStudioTelemetry(this WebApplicationBuilder builder, TelemetryOptions options)
    {
        IServiceCollection services = builder.Services;
        services.AddSingleton<EngineTotals>();
        services.AddSingleton<StudioMetrics>();
        services.AddSingleton<MetricsText>();
        services.AddSingleton<RecentErrors>();
        services.AddSingleton<RequestLog>();
        services.AddSingleton<FirstTokens>();
        services.AddSingleton<PagePace>();
        services.AddSingleton<Readings>();
        services.AddSingleton<StatusSeries>();
        services.AddSingleton<StatusSource>();
        services.AddHostedService<StatusSampler>();
        AddLog(builder.Logging, options.JsonLogs);
        if (options.OtlpEndpoint is { } endpoint)
            AddTraces(services, endpoint);
    }

    internal static void UseStudioTelemetry(this WebApplication app)
    {
        // Counts from the first request on, not from the first look at /metrics.
        _ = app.Services.GetRequiredService<MetricsText>();
        _ = app.Services.GetRequiredService<StatusSource>();
        RequestLog log = app.Services.GetRequiredService<RequestLog>();
        app.Use((context, next) => log.RunAsync(context, next));
    }

    private static void AddLog(ILoggingBuilder logging, bool json)
    {
        if (json)
            logging.AddConsole(static console => console.FormatterName = JsonLogFormatter.FormatterName).AddConsoleFormatter<JsonLogFormatter, ConsoleFormatterOptions>();
        else
            // On one line each: a text that came from outside must not look like a line of the log.
            logging.AddSimpleConsole(static console => (console.SingleLine, console.TimestampFormat) = (true, "HH:mm:ss "));
    }

    // A page's circuit is one request for hours; its answers are traces of their own.
    private static bool ApiOrUpload(PathString path) => path.StartsWithSegments(ApiFaults.Root) || path.StartsWithSegments("/documents");

    private static void AddTraces(IServiceCollection services, Uri endpoint) =>
        services.AddOpenTelemetry()
            .ConfigureResource(static resource => resource.AddService("hunyuanocr"))
            .WithTracing(tracing => tracing.AddSource(ReadingSpans.Source)
                .AddAspNetCoreInstrumentation(static web => web.Filter = static context => ApiOrUpload(context.Request.Path))
                .AddOtlpExporter(otlp =>
                {
                    bool http = endpoint.Port == OtlpHttpPort || endpoint.AbsolutePath.Length > 1;
                    otlp.Protocol = http ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
                    otlp.Endpoint = http && endpoint.AbsolutePath.Length <= 1 ? new Uri(endpoint, "/v1/traces") : endpoint;
                }));
}
