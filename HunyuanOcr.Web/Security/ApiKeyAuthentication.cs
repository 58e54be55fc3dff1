using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace HunyuanOcr.Web.Security;

/// <summary>Knows a caller by "Authorization: Bearer KEY", as OpenAI's clients send it.</summary>
internal sealed class ApiKeyAuthentication(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, KeyRing ring)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    internal const string SchemeName = "key";

    private const string Bearer = "Bearer ";

    /// <summary>The key that a request brings; null where it brings none.</summary>
    internal static string? KeyOf(HttpRequest request) =>
        request.Headers.Authorization.ToString() is { } header && header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) && header[Bearer.Length..].Trim() is { Length: > 0 } key ? key : null;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (KeyOf(Request) is not { } key)
            return AuthenticateResult.NoResult();
        return await ring.FindAsync(key, Context.RequestAborted) is { } caller
            ? AuthenticateResult.Success(new(caller.ToPrincipal(SchemeName), SchemeName))
            : AuthenticateResult.Fail("The key is not known.");
    }
}
