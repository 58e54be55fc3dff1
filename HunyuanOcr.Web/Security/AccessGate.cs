using HunyuanOcr.Web.Api;
using HunyuanOcr.Web.Hosting;
using Microsoft.AspNetCore.Components.Endpoints;

namespace HunyuanOcr.Web.Security;

/// <summary>Lets a request through to a route that is open, or to a caller that is known; asks everybody else for a key.</summary>
internal static class AccessGate
{
    internal static IApplicationBuilder UseAccessGate(this IApplicationBuilder app)
    {
        StudioOptions options = app.ApplicationServices.GetRequiredService<StudioOptions>();
        return app.Use((context, next) => context.GetEndpoint() is not { } endpoint || Refusal(context, endpoint, options.Auth.RequireKey) is not { } refusal ? next(context) : AskAsync(context, endpoint, refusal));
    }

    private static ApiFault? Refusal(HttpContext context, Endpoint endpoint, bool requireKey)
    {
        bool admin = OpenRoutes.IsAdmin(endpoint);
        if (OpenRoutes.Holds(endpoint) || (!admin && !requireKey))
            return null;
        return Caller.Of(context.User) switch
        {
            null when ApiKeyAuthentication.KeyOf(context.Request) is not null => new(StatusCodes.Status401Unauthorized, "The key is not known here, or it was revoked. Ask whoever runs this server for one.", ApiFaultType.Authentication, Code: "invalid_api_key"),
            null => new(StatusCodes.Status401Unauthorized, "This needs a key: send it as Authorization: Bearer KEY.", ApiFaultType.Authentication, Code: "missing_api_key"),
            { Admin: false } when admin => new(StatusCodes.Status403Forbidden, "This needs the admin key.", ApiFaultType.Permission, Code: "admin_key_required"),
            _ => null,
        };
    }

    private static Task AskAsync(HttpContext context, Endpoint endpoint, ApiFault refusal)
    {
        bool page = endpoint.Metadata.GetMetadata<ComponentTypeMetadata>() is not null && HttpMethods.IsGet(context.Request.Method);
        if (!page)
        {
            if (refusal.Status == StatusCodes.Status401Unauthorized)
                context.Response.Headers.WWWAuthenticate = "Bearer";
            return Denial.WriteAsync(context, refusal);
        }
        string back = Uri.EscapeDataString(context.Request.Path + context.Request.QueryString);
        context.Response.Redirect($"{SignIn.Path}?back={back}{(OpenRoutes.IsAdmin(endpoint) ? "&admin=true" : "")}");
        return Task.CompletedTask;
    }
}
