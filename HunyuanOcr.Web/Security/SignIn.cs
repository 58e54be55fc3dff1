using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.DataProtection;

namespace HunyuanOcr.Web.Security;

/// <summary>Browsers cannot send a header with every request: whoever types a key into the page gets a signed cookie for it.</summary>
internal static class SignIn
{
    internal const string SchemeName = "sign-in";

    internal const string Path = "/sign-in";

    internal const string OutPath = "/sign-out";

    private static readonly TimeSpan _lasts = TimeSpan.FromDays(7);

    internal static void Set(CookieAuthenticationOptions options)
    {
        options.Cookie.Name = "sign-in";
        options.Cookie.HttpOnly = true;
        options.Cookie.IsEssential = true;
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.ExpireTimeSpan = _lasts;
        options.SlidingExpiration = true;
        // The cookie says which key; whether that key still counts, and for what, is asked anew.
        options.Events.OnValidatePrincipal = static async context =>
        {
            KeyRing ring = context.HttpContext.RequestServices.GetRequiredService<KeyRing>();
            if (Caller.Of(context.Principal!) is { } signed && await ring.FindByIdAsync(signed.KeyId, context.HttpContext.RequestAborted) is { } caller)
                context.ReplacePrincipal(caller.ToPrincipal(SchemeName));
            else
                context.RejectPrincipal();
        };
    }

    /// <summary>Gives the browser its cookie.</summary>
    /// <param name="adminOnly">Where a page wants the admin key, no other signs in.</param>
    /// <returns>Whose key it was; null where it is not known, and nothing was given.</returns>
    internal static async Task<Caller?> InAsync(HttpContext context, string key, bool adminOnly)
    {
        KeyRing ring = context.RequestServices.GetRequiredService<KeyRing>();
        if (await ring.FindAsync(key.Trim(), context.RequestAborted) is not { } caller)
            return null;
        if (!adminOnly || caller.Admin)
            await context.SignInAsync(SchemeName, caller.ToPrincipal(SchemeName), new() { IsPersistent = true });
        return caller;
    }

    /// <summary>The page to go to after signing in: one of this server only.</summary>
    internal static string Back(string? back) => back is ['/', ..] and not ['/', '/' or '\\', ..] ? back : "/";

    internal static void Map(IEndpointRouteBuilder routes) => routes.MapPost(OutPath, static async (HttpContext context) =>
    {
        await context.SignOutAsync(SchemeName);
        return TypedResults.LocalRedirect(Path);
    });
}
