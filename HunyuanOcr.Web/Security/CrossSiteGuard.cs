using HunyuanOcr.Web.Api;
using HunyuanOcr.Web.Hosting;
using Microsoft.AspNetCore.Antiforgery;

namespace HunyuanOcr.Web.Security;

/// <summary>A page elsewhere must not make a visitor's browser change something here. A request with a key in its header is not in question: no browser adds that by itself.</summary>
internal static class CrossSiteGuard
{
    internal static IApplicationBuilder UseCrossSiteGuard(this IApplicationBuilder app)
    {
        AuthOptions options = app.ApplicationServices.GetRequiredService<StudioOptions>().Auth;
        IAntiforgery antiforgery = app.ApplicationServices.GetRequiredService<IAntiforgery>();
        return app.Use(async (context, next) =>
        {
            if (IsSafe(context.Request.Method) || context.User.Identity?.AuthenticationType == ApiKeyAuthentication.SchemeName)
                await next(context);
            else if (!IsOwnOrigin(context.Request, options.AllowedOrigins))
                await Denial.WriteAsync(context, new(StatusCodes.Status403Forbidden, "The request comes from a page of another site. Whoever runs this server can allow its origin with Auth:AllowedOrigins.", ApiFaultType.Permission, Code: "cross_site"));
            else if (NeedsToken(context) && !await antiforgery.IsRequestValidAsync(context))
                await Denial.WriteAsync(context, new(StatusCodes.Status403Forbidden, "A signed-in browser must send the page's request token with this. From a program, send the key as Authorization: Bearer KEY.", ApiFaultType.Permission, Code: "request_token_missing"));
            else
                await next(context);
        });
    }

    /// <summary>Whoever is known by a cookie needs the page's token too. The circuit's own posts bring none; the origin was looked at, and a circuit's id is unguessable.</summary>
    private static bool NeedsToken(HttpContext context) =>
        context.User.Identity?.AuthenticationType == SignIn.SchemeName && !context.Request.Path.StartsWithSegments("/_blazor");

    /// <summary>Programs send no origin; browsers send one with every request of this kind.</summary>
    private static bool IsOwnOrigin(HttpRequest request, IReadOnlyList<string> allowed)
    {
        if (request.Headers.Origin.ToString() is not { Length: > 0 } origin)
            return request.Headers["Sec-Fetch-Site"].ToString() is not "cross-site";
        return (Uri.TryCreate(origin, UriKind.Absolute, out Uri? from) && from.Authority.Equals(Authority(request), StringComparison.OrdinalIgnoreCase)) || allowed.Contains(origin, StringComparer.OrdinalIgnoreCase);
    }

    // As Uri writes it: without the port that the scheme has anyway.
    private static string Authority(HttpRequest request) =>
        Uri.TryCreate($"{request.Scheme}://{request.Host}", UriKind.Absolute, out Uri? own) ? own.Authority : request.Host.Value ?? "";

    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);
}
