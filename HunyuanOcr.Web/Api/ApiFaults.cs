using System.Diagnostics;
using HunyuanOcr.Inference;
using HunyuanOcr.Web.Persistence;
using Microsoft.AspNetCore.Routing.Template;

namespace HunyuanOcr.Web.Api;

/// <summary>Whatever goes wrong under /v1 leaves as an <see cref="ApiFault"/>: exceptions, unknown routes, wrong methods, bodies that the server cut off.</summary>
internal static partial class ApiFaults
{
    /// <summary>Where the API begins.</summary>
    internal const string Root = "/v1";

    /// <summary>What the log counts when the client went away before the answer; nobody reads it.</summary>
    internal const int ClientClosedRequest = 499;

    /// <summary>The request's id: the trace's where there is one, so that log and traces meet.</summary>
    internal static string Id(HttpContext context) => Activity.Current?.TraceId.ToString() ?? context.TraceIdentifier;

    /// <summary>Puts the handling in front of everything that follows, for paths under /v1 only.</summary>
    internal static IApplicationBuilder UseApiFaults(this IApplicationBuilder app)
    {
        ILogger logger = app.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(ApiFaults).FullName!);
        return app.Use((context, next) => context.Request.Path.StartsWithSegments(Root) ? RunAsync(context, next, logger) : next(context));
    }

    /// <summary>The fault of an exception that nobody else handled.</summary>
    internal static ApiFault Of(Exception e, string id) => e switch
    {
        ApiFaultException known => known.Fault,
        OcrException refused => ApiFault.From(refused, id),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } =>
            new(StatusCodes.Status413PayloadTooLarge, "The body is larger than this server takes. Send a smaller or more strongly compressed picture.", ApiFaultType.InvalidRequest, Code: "body_too_large"),
        BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout } =>
            new(StatusCodes.Status408RequestTimeout, "The body came too slowly. Send it again over a faster connection, or a smaller picture.", ApiFaultType.Timeout, Code: "body_too_slow"),
        BadHttpRequestException bad => new(bad.StatusCode, $"The request is no proper HTTP: {bad.Message}", ApiFaultType.InvalidRequest, Code: "bad_request"),
        // A key cannot be looked up without it.
        _ when DatabaseFaults.IsDatabase(e) => ApiFault.NotReady("The server's database does not answer; its operator finds the reason in the log. Try again in a moment.", "database_unavailable"),
        _ => ApiFault.Internal(id),
    };

    private static async Task RunAsync(HttpContext context, RequestDelegate next, ILogger logger)
    {
        try
        {
            await next(context);
            if (context.Response is { HasStarted: false, StatusCode: StatusCodes.Status404NotFound, ContentType: null } && OtherMethods(context) is { Count: > 0 } others)
            {
                context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
                context.Response.Headers.Allow = string.Join(", ", others);
            }
            // An answer with a body has set its type; routing refuses without one.
            if (!context.Response.HasStarted && context.Response is { ContentType: null, ContentLength: null or 0 } && Bare(context) is { } bare)
                await bare.ExecuteAsync(context);
        }
        catch (Exception e) when (ClosedRequest.Is(context, e))
        {
            if (!context.Response.HasStarted)
                context.Response.StatusCode = ClientClosedRequest;
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            string id = Id(context);
            ApiFault fault = Of(e, id);
            if (fault.Status >= StatusCodes.Status500InternalServerError)
                Log.Failed(logger, id, context.Request.Path.Value ?? "", e);
            await fault.ExecuteAsync(context);
        }
    }

    /// <summary>The methods that a path does have. Routing itself cannot tell: the pages have a route for every path.</summary>
    private static List<string> OtherMethods(HttpContext context) =>
    [
        .. context.RequestServices.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText?.StartsWith(Root + "/", StringComparison.Ordinal) == true
                && new TemplateMatcher(new RouteTemplate(endpoint.RoutePattern), []).TryMatch(context.Request.Path, []))
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [])
            .Where(method => !method.Equals(context.Request.Method, StringComparison.OrdinalIgnoreCase))
            .Distinct(),
    ];

    private static ApiFault? Bare(HttpContext context)
    {
        string route = $"{context.Request.Method} {context.Request.Path}";
        return context.Response.StatusCode switch
        {
            StatusCodes.Status401Unauthorized => new(401, "This needs a key: send it as Authorization: Bearer KEY.", ApiFaultType.Authentication, Code: "invalid_api_key"),
            StatusCodes.Status403Forbidden => new(403, "This key may not do that.", ApiFaultType.Permission, Code: "forbidden"),
            StatusCodes.Status404NotFound => new(404, $"There is no {route}. The routes stand in /openapi/v1.json.", ApiFaultType.NotFound, Code: "unknown_url"),
            StatusCodes.Status405MethodNotAllowed => new(405, $"{route} is not possible; {context.Response.Headers.Allow} is.", ApiFaultType.InvalidRequest, Code: "method_not_allowed"),
            StatusCodes.Status415UnsupportedMediaType => new(415, "The body has a content type that this route does not take.", ApiFaultType.InvalidRequest, Code: "unsupported_content_type"),
            >= 400 and < 500 and var status and not ClientClosedRequest => new(status, $"{route} was refused with status {status}.", ApiFaultType.InvalidRequest),
            >= 500 => ApiFault.Internal(Id(context)) with { Status = context.Response.StatusCode },
            _ => null,
        };
    }

    private static partial class Log
    {
        [LoggerMessage(6001, LogLevel.Error, "Request {Request} to {Path} failed.")]
        internal static partial void Failed(ILogger logger, string request, string path, Exception exception);
    }
}
