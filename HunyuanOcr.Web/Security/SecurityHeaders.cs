namespace HunyuanOcr.Web.Security;

/// <summary>Headers on every answer: nothing is loaded from elsewhere, nobody may frame the pages, types are never guessed.</summary>
internal static class SecurityHeaders
{
    /// <summary>Style attributes are allowed (Radzen sets some), style elements and inline scripts are not; blob: shows a picture before it is sent.</summary>
    internal const string ContentPolicy =
        "default-src 'self'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' blob: data:; " +
        "connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    /// <summary>For files that people bring: they may run nothing, whatever a browser takes them for.</summary>
    internal const string FilePolicy = "default-src 'none'; sandbox; frame-ancestors 'none'";

    internal static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app) => app.Use(static (context, next) =>
    {
        IHeaderDictionary headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentPolicy;
        headers.XContentTypeOptions = "nosniff";
        // Not "no-referrer": with that, browsers send the forms of our own pages as from nowhere ("Origin: null"), and they are refused.
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "camera=(self), clipboard-read=(self), clipboard-write=(self), geolocation=(), microphone=()";
        return next(context);
    });
}
