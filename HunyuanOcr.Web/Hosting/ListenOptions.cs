using System.Net;

namespace HunyuanOcr.Web.Hosting;

/// <summary>Where the server listens.</summary>
internal sealed record ListenOptions
{
    internal const string DefaultHost = "localhost";

    internal const int DefaultPort = 7860;

    /// <summary>Addresses such as http://localhost:7860.</summary>
    internal required IReadOnlyList<string> Urls { get; init; }

    /// <summary>Whether somebody outside this machine can reach the server. Behind a proxy on the same machine this is false although others come: RequireKey is set by hand there.</summary>
    internal required bool Exposed { get; init; }

    /// <param name="endpoints">Addresses of Kestrel:Endpoints, which take the place of all others.</param>
    internal static ListenOptions Read(SettingReader settings, IEnumerable<string> endpoints)
    {
        string[] urls = settings.Text("Urls", "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        string host = settings.Text("Listen:Host", DefaultHost);
        int port = settings.Number("Listen:Port", DefaultPort, 0, 65_535, "a port");
        if (urls.Length > 0 && (settings.IsSet("Listen:Host") || settings.IsSet("Listen:Port")))
            settings.Fault($"Urls is \"{string.Join(';', urls)}\", and Listen:Host or Listen:Port (--host, --port) is set too: give one or the other.");
        foreach (string url in urls)
            if (Address(url) is null)
                settings.Fault($"Urls holds \"{url}\": give addresses such as http://localhost:{DefaultPort}, separated by semicolons.");
        if (Uri.CheckHostName(host.Trim('[', ']')) == UriHostNameType.Unknown && host is not ("+" or "*"))
            settings.Fault($"Listen:Host is \"{host}\": give localhost, 0.0.0.0 or an address of this machine.");
        if (urls.Length == 0)
            urls = [FormattableString.Invariant($"http://{(host.Contains(':', StringComparison.Ordinal) && host[0] != '[' ? $"[{host}]" : host)}:{port}")];
        string[] heard = [.. endpoints];
        return new() { Urls = urls, Exposed = (heard.Length > 0 ? heard : urls).Any(url => Address(url) is { } address && !IsThisMachine(address)) };
    }

    // "http://+:80" and "http://*:80" are addresses to the server, though not to Uri.
    private static Uri? Address(string url) =>
        Uri.TryCreate(url.Replace("://+", "://0.0.0.0", StringComparison.Ordinal).Replace("://*", "://0.0.0.0", StringComparison.Ordinal), UriKind.Absolute, out Uri? address)
        && address.Scheme is "http" or "https" ? address : null;

    private static bool IsThisMachine(Uri address) =>
        address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(address.Host.Trim('[', ']'), out IPAddress? ip) && IPAddress.IsLoopback(ip));
}
