namespace HunyuanOcr.Web.Api.OpenApi;

/// <summary>Errors that routes under /v1 answer with: what the page lists and the document describes.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Type">The body's type.</param>
/// <param name="Code">A usual code.</param>
/// <param name="Example">A usual message.</param>
internal sealed record ApiErrors(int Status, string Type, string Code, string Example)
{
    internal static IReadOnlyList<ApiErrors> All { get; } =
    [
        new(400, ApiFaultType.InvalidRequest, "invalid_value", "\"task\" is \"read\". Give one of ocr, text, markdown, extract, translate, prompt."),
        new(401, ApiFaultType.Authentication, "invalid_api_key", "This needs a key: send it as Authorization: Bearer KEY."),
        new(403, ApiFaultType.Permission, "forbidden", "This key may not do that."),
        new(404, ApiFaultType.InvalidRequest, "model_not_found", "There is no model of that name here. Use hunyuanocr."),
        new(408, ApiFaultType.Timeout, "body_too_slow", "The body came too slowly. Send it again over a faster connection, or a smaller picture."),
        new(413, ApiFaultType.InvalidRequest, "too_large", "This file is too large: scan.tif has 31 MB, the limit is 20 MB. Make it smaller, or save it as JPEG, and send it again."),
        new(415, ApiFaultType.InvalidRequest, "unsupported_media_type", "This is a Word file, not a picture: letter.png was not read and not kept."),
        new(422, ApiFaultType.InvalidRequest, "pdf_encrypted", "This PDF is locked: contract.pdf asks for a password. Save it without one and send it again."),
        new(429, ApiFaultType.RateLimit, "queue_full", "The queue is full: 256 requests wait already. Try again later."),
        new(500, ApiFaultType.Server, "internal_error", "The server failed on this request. Give its operator the id; the reason stands in the log under it."),
        new(501, ApiFaultType.Server, "pdf_unavailable", "This server reads no PDF: pdftoppm (package poppler-utils) is missing on the server."),
        new(503, ApiFaultType.Unavailable, "not_ready", "The engine gets ready. Try again in a moment."),
        new(504, ApiFaultType.Timeout, "request_timeout", "The answer was not ready within 600 s (Limits:RequestTimeout). Send a smaller picture or a lower max_tokens, or try again when the server is less busy."),
        new(507, ApiFaultType.Server, "storage_full", "The server has no room: scan.tif could not be stored: the disk is full. Tell whoever runs this server, or try again later."),
    ];

    /// <summary>Only routes that put a file on disk answer with these.</summary>
    private static readonly int[] _ofFiles = [StatusCodes.Status501NotImplemented, StatusCodes.Status507InsufficientStorage];

    /// <summary>Says of a route that it answers with them.</summary>
    internal static RouteHandlerBuilder Describe(RouteHandlerBuilder route, bool takesFiles)
    {
        foreach (ApiErrors error in All)
            if (takesFiles || !_ofFiles.Contains(error.Status))
                route.Produces<ApiFaultBody>(error.Status);
        return route;
    }
}
