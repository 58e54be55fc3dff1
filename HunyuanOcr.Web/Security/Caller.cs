using System.Security.Claims;

namespace HunyuanOcr.Web.Security;

/// <summary>Whose key came with a request.</summary>
/// <param name="KeyId">Of the key; stands in logs and metrics where the key itself never does.</param>
/// <param name="Name">What the key's maker called it.</param>
/// <param name="Admin">Whether it may manage keys and settings.</param>
internal sealed record Caller(string KeyId, string Name, bool Admin)
{
    private const string AdminRole = "admin";

    /// <summary>As an owner of runs and documents; no browser's owner looks like it.</summary>
    internal string Owner => "key:" + KeyId;

    /// <summary>The caller of a request; null where it brought no key, or one that is not known.</summary>
    internal static Caller? Of(ClaimsPrincipal user) =>
        user.FindFirstValue(ClaimTypes.NameIdentifier) is { } id ? new(id, user.FindFirstValue(ClaimTypes.Name) ?? "", user.IsInRole(AdminRole)) : null;

    internal ClaimsPrincipal ToPrincipal(string scheme)
    {
        List<Claim> claims = [new(ClaimTypes.NameIdentifier, KeyId), new(ClaimTypes.Name, Name)];
        if (Admin)
            claims.Add(new(ClaimTypes.Role, AdminRole));
        return new(new ClaimsIdentity(claims, scheme));
    }
}
