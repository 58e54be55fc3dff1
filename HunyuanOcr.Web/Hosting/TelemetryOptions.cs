namespace HunyuanOcr.Web.Hosting;

/// <summary>What the server tells about itself.</summary>
internal sealed record TelemetryOptions
{
    /// <summary>Where traces are sent by OTLP; null sends none.</summary>
    internal Uri? OtlpEndpoint { get; init; }

    /// <summary>Log lines as JSON instead of text.</summary>
    internal required bool JsonLogs { get; init; }

    internal static TelemetryOptions Read(SettingReader settings)
    {
        string endpoint = settings.Text("Telemetry:OtlpEndpoint", "");
        Uri? address = null;
        if (endpoint.Length > 0 && !(Uri.TryCreate(endpoint, UriKind.Absolute, out address) && address.Scheme is "http" or "https"))
            settings.Fault($"Telemetry:OtlpEndpoint is \"{endpoint}\": give an address such as http://localhost:4317.");
        return new() { OtlpEndpoint = address, JsonLogs = settings.Flag("Telemetry:JsonLogs", false) };
    }
}
