using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace HunyuanOcr.Web.Security;

/// <summary>Who is who without accounts: each browser gets a random owner id in a signed cookie that scripts cannot read.</summary>
internal sealed class OwnerCookie(IDataProtectionProvider protection)
{
    internal const string Name = "owner";

    private readonly IDataProtector _protector = protection.CreateProtector("HunyuanOcr.Owner.v1");

    /// <summary>The request's owner; null where it brings no cookie, or one that this server did not sign.</summary>
    internal string? Find(HttpContext context)
    {
        if (context.Items[typeof(OwnerCookie)] is string known)
            return known;
        if (context.Request.Cookies[Name] is not { Length: > 0 } cookie)
            return null;
        try
        {
            return _protector.Unprotect(cookie);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Looks among what belongs to the request's browser, then among what belongs to the key that it is signed in with.</summary>
    internal T? Among<T>(HttpContext context, Func<string?, T?> find)
        where T : class => find(Find(context)) ?? (Caller.Of(context.User) is { } caller ? find(caller.Owner) : null);

    /// <summary>The request's owner, made and sent back where there was none.</summary>
    internal string Ensure(HttpContext context)
    {
        if (Find(context) is { } known)
            return known;
        string owner = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        context.Items[typeof(OwnerCookie)] = owner;
        context.Response.Cookies.Append(Name, _protector.Protect(owner), new CookieOptions
        {
            HttpOnly = true,
            IsEssential = true,
            MaxAge = TimeSpan.FromDays(365),
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.IsHttps,
        });
        return owner;
    }
}
