using System.Net;

namespace HunyuanOcr.Web.Hosting;

/// <summary>Who may ask, and whom the server believes about where a request came from.</summary>
internal sealed record AuthOptions
{
    /// <summary>Shorter keys can be guessed.</summary>
    internal const int ShortestKey = 20;

    /// <summary>Before a key that the configuration holds as its SHA-256 only.</summary>
    internal const string HashMark = "sha256:";

    /// <summary>Keys from the configuration, each in full or as "sha256:" and 64 hexadecimal digits; those made with "keys create" lie in the database.</summary>
    internal required IReadOnlyList<string> ApiKeys { get; init; }

    /// <summary>Whether every route but the open ones wants a key.</summary>
    internal required bool RequireKey { get; init; }

    /// <summary>Whose X-Forwarded-For and X-Forwarded-Proto count.</summary>
    internal required IReadOnlyList<IPNetwork> KnownProxies { get; init; }

    /// <summary>Origins of web pages elsewhere that may call the API from a browser, such as https://app.example.org.</summary>
    internal required IReadOnlyList<string> AllowedOrigins { get; init; }

    /// <param name="exposed">Whether others than this machine can reach the server: then a key is required unless somebody decides otherwise.</param>
    internal static AuthOptions Read(SettingReader settings, bool exposed)
    {
        IReadOnlyList<string> keys = settings.List("Auth:ApiKeys", []);
        for (int i = 0; i < keys.Count; i++)
        {
            // The key itself is not repeated: messages end in logs.
            if (keys[i].StartsWith(HashMark, StringComparison.OrdinalIgnoreCase) ? !IsHash(keys[i][HashMark.Length..]) : keys[i].Length < ShortestKey)
                settings.Fault($"Auth:ApiKeys, entry {i + 1}: give a key of {ShortestKey} characters at least, or {HashMark} and the 64 hexadecimal digits of its hash. \"keys create\" makes good ones.");
        }
        List<string> origins = [];
        foreach (string origin in settings.List("Auth:AllowedOrigins", []))
        {
            if (Uri.TryCreate(origin, UriKind.Absolute, out Uri? address) && address.Scheme is "http" or "https" && address.PathAndQuery == "/")
                origins.Add(address.GetLeftPart(UriPartial.Authority));
            else
                settings.Fault($"Auth:AllowedOrigins holds \"{origin}\": give scheme and host such as https://app.example.org, without a path.");
        }
        return new()
        {
            ApiKeys = keys,
            RequireKey = settings.Flag("Auth:RequireKey", exposed),
            KnownProxies = ReadProxies(settings),
            AllowedOrigins = origins,
        };
    }

    private static List<IPNetwork> ReadProxies(SettingReader settings)
    {
        List<IPNetwork> proxies = [];
        foreach (string proxy in settings.List("Auth:KnownProxies", []))
        {
            if (IPNetwork.TryParse(proxy, out IPNetwork network))
                proxies.Add(network);
            else if (IPAddress.TryParse(proxy, out IPAddress? address))
                proxies.Add(new(address, address.GetAddressBytes().Length * 8));
            else
                settings.Fault($"Auth:KnownProxies holds \"{proxy}\": give addresses such as 10.0.0.5 or networks such as 10.0.0.0/24.");
        }
        return proxies;
    }

    private static bool IsHash(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigit);
}
