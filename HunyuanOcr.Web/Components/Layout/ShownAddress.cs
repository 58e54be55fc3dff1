using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Extensions;

namespace HunyuanOcr.Web.Components.Layout;

/// <summary>The address that the browser shows.</summary>
internal static class ShownAddress
{
    /// <summary>A page that says that there is none is drawn by a route of its own, while the browser stays where it was led.</summary>
    /// <param name="navigation">Of the page.</param>
    /// <param name="context">The answer to the browser; null once the page is live.</param>
    internal static Uri Of(NavigationManager navigation, HttpContext? context)
    {
        if (context?.Features.Get<IStatusCodeReExecuteFeature>() is not { } led)
            return new(navigation.Uri);
        HttpRequest request = context.Request;
        // With the host in front: a path that begins with two slashes must not name another.
        return new(UriHelper.BuildAbsolute(request.Scheme, request.Host, new(led.OriginalPathBase), new(led.OriginalPath), new(led.OriginalQueryString)));
    }
}
