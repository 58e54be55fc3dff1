using HunyuanOcr.Web.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Components.Server.Circuits;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.RateLimiting;

namespace HunyuanOcr.Web.Security;

/// <summary>Who may ask, how much and how often: the services, and the order in which a request meets them.</summary>
internal static class StudioSecurity
{
    private const string Either = "key-or-sign-in";

    internal static void AddStudioSecurity(this IServiceCollection services, StudioOptions options)
    {
        services.AddSingleton<ApiKeyTable>();
        services.AddSingleton<KeyRing>();
        services.AddHostedService<FirstAdminKey>();
        services.AddHostedService<KeyUses>();
        services.AddSingleton<RateLimits>();
        services.AddScoped<CircuitHandler, SignedInCircuit>();
        services.AddAuthentication(Either)
            .AddScheme<AuthenticationSchemeOptions, ApiKeyAuthentication>(ApiKeyAuthentication.SchemeName, null)
            .AddCookie(SignIn.SchemeName, SignIn.Set)
            // A key in the header counts before a cookie, also where it is wrong.
            .AddPolicyScheme(Either, null, scheme => scheme.ForwardDefaultSelector = static context => ApiKeyAuthentication.KeyOf(context.Request) is null ? SignIn.SchemeName : ApiKeyAuthentication.SchemeName);
        services.AddRateLimiter(static _ => { });
        services.AddOptions<RateLimiterOptions>().Configure<RateLimits>(static (limiter, limits) => limits.Set(limiter));
        services.AddRequestTimeouts();
        services.Configure<RequestTimeoutOptions>(timeouts => ServerLimits.Set(timeouts, options.Limits));
        services.Configure<FormOptions>(forms => ServerLimits.Set(forms, options.Limits));
        services.Configure<ForwardedHeadersOptions>(forwarded => SetForwarded(forwarded, options.Auth));
        services.AddCors(cors => cors.AddDefaultPolicy(policy => SetOrigins(policy, options.Auth)));
    }

    /// <summary>First of all: everything later looks at address and scheme.</summary>
    internal static void UseForwardedAddress(this IApplicationBuilder app, StudioOptions options)
    {
        // Without a known proxy the headers are anybody's to write.
        if (options.Auth.KnownProxies.Count > 0)
            app.UseForwardedHeaders();
    }

    /// <summary>Preflights are answered before keys are asked for: browsers send none with them. A refused key costs a place in its address's limit.</summary>
    internal static void UseStudioSecurity(this IApplicationBuilder app)
    {
        RateLimits limits = app.ApplicationServices.GetRequiredService<RateLimits>();
        app.UseCors();
        app.UseAuthentication();
        app.Use(async (context, next) =>
        {
            context.Response.OnStarting(static state =>
            {
                (RateLimits limits, HttpContext context) = ((RateLimits, HttpContext))state;
                limits.WriteHeaders(context);
                return Task.CompletedTask;
            }, (limits, context));
            await next(context);
        });
        app.UseRateLimiter();
        app.UseAccessGate();
        app.UseCrossSiteGuard();
        app.UseTimeouts();
    }

    private static void SetForwarded(ForwardedHeadersOptions forwarded, AuthOptions auth)
    {
        forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
        // Loopback is among the defaults; a proxy there is named like any other.
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (System.Net.IPNetwork proxy in auth.KnownProxies)
            forwarded.KnownIPNetworks.Add(proxy);
        // Walks back over every known proxy and stops at the first address that is none.
        forwarded.ForwardLimit = null;
    }

    private static void SetOrigins(CorsPolicyBuilder policy, AuthOptions auth) => policy
        .WithOrigins([.. auth.AllowedOrigins])
        .WithMethods("GET", "POST")
        .WithHeaders("Authorization", "Content-Type", "Accept")
        .WithExposedHeaders("Retry-After", "x-ratelimit-limit-requests", "x-ratelimit-remaining-requests", "x-ratelimit-reset-requests");
}
