using Microsoft.AspNetCore.Diagnostics;

namespace HunyuanOcr.Web.Hosting;

/// <summary>A person who follows an address that leads nowhere sees a page that says so; programs get their empty 404.</summary>
internal static class NotFoundAnswer
{
    private const string Page = "/not-found";

    internal static IApplicationBuilder UseNotFoundPage(this IApplicationBuilder app) => app
        .UseStatusCodePagesWithReExecute(Page, createScopeForStatusCodePages: true)
        // Asked afterwards, as only then the status is known. A branch of the pipeline would not do: it cannot route again.
        .Use(static async (context, next) =>
        {
            await next(context);
            if ((context.Response.StatusCode != StatusCodes.Status404NotFound || !IsPerson(context.Request)) && context.Features.Get<IStatusCodePagesFeature>() is { } pages)
                pages.Enabled = false;
        });

    /// <summary>A browser that goes to an address, and neither a script of a page nor a picture in it.</summary>
    private static bool IsPerson(HttpRequest request) =>
        HttpMethods.IsGet(request.Method) && request.GetTypedHeaders().Accept.Any(static type => type.MediaType.Equals("text/html", StringComparison.OrdinalIgnoreCase));
}
