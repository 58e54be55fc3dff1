using System.Text.Json;
using HunyuanOcr.Web.Security;
using Microsoft.Net.Http.Headers;

namespace HunyuanOcr.Web.Api;

/// <summary>The JSON object that a request brings.</summary>
internal static class ApiBody
{
    private static readonly JsonDocumentOptions _strict = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    /// <summary>Reads a body.</summary>
    /// <param name="context">The request.</param>
    /// <param name="limit">Most bytes of it.</param>
    /// <exception cref="ApiFaultException">400, 413 or 415.</exception>
    internal static async Task<JsonDocument> ReadAsync(HttpContext context, long limit)
    {
        RequireJson(context.Request);
        if (context.Request.ContentLength > limit)
            throw TooLarge(limit);
        BodyRest.Limit(context, limit);
        JsonDocument document = await ParseAsync(context, limit);
        if (document.RootElement.ValueKind == JsonValueKind.Object)
            return document;
        JsonValueKind kind = document.RootElement.ValueKind;
        document.Dispose();
        throw new ApiFaultException(ApiFault.BadRequest($"The body is a JSON {kind.ToString().ToLowerInvariant()}; send an object such as {{\"model\": ..., ...}}.", code: "invalid_json"));
    }

    private static async Task<JsonDocument> ParseAsync(HttpContext context, long limit)
    {
        try
        {
            return await JsonDocument.ParseAsync(new LimitedBody(context.Request.Body, limit, () => TooLarge(limit)), _strict, context.RequestAborted);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new ApiFaultException(ApiFault.BadRequest($"The body is no proper JSON: {e.Message}", code: "invalid_json"), e);
        }
    }

    private static void RequireJson(HttpRequest request)
    {
        if (MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type)
            && (type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase) || type.Suffix.Equals("json", StringComparison.OrdinalIgnoreCase)))
            return;
        string found = string.IsNullOrEmpty(request.ContentType) ? "names no content type" : "has another content type";
        throw new ApiFaultException(new ApiFault(StatusCodes.Status415UnsupportedMediaType, $"The body {found}; send JSON with the header Content-Type: application/json.",
            ApiFaultType.InvalidRequest, Code: "unsupported_content_type"));
    }

    private static ApiFaultException TooLarge(long limit) => new(new ApiFault(StatusCodes.Status413PayloadTooLarge,
        FormattableString.Invariant($"The body is larger than the {limit:N0} bytes that this server takes. Send fewer, smaller or more strongly compressed pictures."),
        ApiFaultType.InvalidRequest, Code: "body_too_large"));
}
