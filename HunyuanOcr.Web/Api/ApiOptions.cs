using HunyuanOcr.Web.Hosting;

namespace HunyuanOcr.Web.Api;

/// <summary>What an operator sets for the routes under /v1.</summary>
internal sealed record ApiOptions
{
    /// <summary>What the model is called; empty takes the name from its export.</summary>
    internal string ModelName { get; init; } = "";

    /// <summary>Other names that requests may call it by.</summary>
    internal IReadOnlyList<string> Aliases { get; init; } = ["hunyuanocr", "hunyuancr"];

    /// <summary>The hash of the source's weights that the operator pinned, or its beginning; empty where nobody did.</summary>
    internal string Revision { get; init; } = "";

    /// <summary>Most characters of base64 in one request, all its pictures together.</summary>
    internal int MaxBase64Characters { get; init; } = 28_000_000;

    /// <summary>Most pictures of one request.</summary>
    internal int MaxImages { get; init; } = 8;

    /// <summary>Most answers to one request (<c>n</c>).</summary>
    internal int MaxChoices { get; init; } = 8;

    /// <summary>Hosts that pictures may be fetched from: <c>example.org</c>, <c>*.example.org</c>, <c>example.org:8443</c>; empty fetches none.</summary>
    internal IReadOnlyList<string> AllowedHosts { get; init; } = [];

    /// <summary>Longest time that fetching one picture may take, from looking its host up to its last byte.</summary>
    internal TimeSpan FetchTimeout { get; init; } = TimeSpan.FromSeconds(10);

    internal static ApiOptions Read(SettingReader settings, ModelOptions model, LimitOptions limits)
    {
        ApiOptions standard = new();
        return new()
        {
            ModelName = model.Name ?? "",
            Aliases = model.Aliases,
            Revision = model.Revision ?? "",
            MaxBase64Characters = limits.MaxBase64Characters,
            MaxImages = limits.MaxImagesPerRequest,
            MaxChoices = settings.Number("Limits:MaxChoices", standard.MaxChoices, 1, 128, "answers"),
            AllowedHosts = Hosts(settings),
            FetchTimeout = settings.Seconds("Images:FetchSeconds", (int)standard.FetchTimeout.TotalSeconds, 1, 300),
        };
    }

    private static IReadOnlyList<string> Hosts(SettingReader settings)
    {
        IReadOnlyList<string> hosts = settings.List("Images:AllowedHosts", []);
        foreach (string host in hosts)
            if (!Uri.TryCreate("http://" + (host.StartsWith("*.", StringComparison.Ordinal) ? host[2..] : host), UriKind.Absolute, out Uri? address) || address.PathAndQuery != "/" || address.UserInfo.Length > 0 || host.EndsWith('/'))
                settings.Fault($"Images:AllowedHosts holds \"{host}\": give host names such as example.org, *.example.org or example.org:8443.");
        return hosts;
    }
}
