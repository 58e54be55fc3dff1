using Microsoft.AspNetCore.StaticAssets;

namespace HunyuanOcr.Web.Security;

/// <summary>The routes that need no key even where one is required. Everything else is closed: a route that somebody adds tomorrow is closed before anybody thinks of it.</summary>
internal static class OpenRoutes
{
    /// <summary>Patterns as they are mapped.</summary>
    internal static readonly string[] Patterns =
    [
        "/health/live", "/health/ready", // a load balancer has no key
        "/language",                     // the sign-in page speaks two languages
        SignIn.Path, SignIn.OutPath,
    ];

    /// <summary>Pages and routes for the admin key alone, whether or not other routes need a key.</summary>
    internal const string Admin = "/settings";

    internal static bool Holds(Endpoint endpoint) =>
        endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is not null || Patterns.Contains(Pattern(endpoint), StringComparer.OrdinalIgnoreCase);

    internal static bool IsAdmin(Endpoint endpoint) => new PathString(Pattern(endpoint)).StartsWithSegments(Admin);

    private static string Pattern(Endpoint endpoint) => "/" + ((endpoint as RouteEndpoint)?.RoutePattern.RawText ?? "").Trim('/');
}
