using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using HunyuanOcr.Inference;
using HunyuanOcr.Web.Telemetry;

namespace HunyuanOcr.Web.Api;

/// <summary>Why a call under /v1 was refused or failed, in the shape that clients of the OpenAI API read:
/// <c>{"error":{"message","type","param","code"}}</c>.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Message">For people: what was wrong, in which input, what to do.</param>
/// <param name="Type">One of <see cref="ApiFaultType"/>.</param>
/// <param name="Param">The parameter at fault, such as <c>messages[0].content</c>.</param>
/// <param name="Code">A word for programs, such as <c>queue_full</c>.</param>
internal sealed record ApiFault(int Status, string Message, string Type, string? Param = null, string? Code = null) : IResult
{
    /// <summary>When a second try makes sense, as the header Retry-After; whole seconds, rounded up.</summary>
    internal TimeSpan? RetryAfter { get; init; }

    /// <summary>400: the request cannot be answered as it stands.</summary>
    internal static ApiFault BadRequest(string message, string? param = null, string? code = null) =>
        new(StatusCodes.Status400BadRequest, message, ApiFaultType.InvalidRequest, param, code);

    /// <summary>500 with an id that stands in the log as well.</summary>
    internal static ApiFault Internal(string id) => new(StatusCodes.Status500InternalServerError,
        $"The server failed on this request. Give its operator the id {id}; the reason stands in the log under it.", ApiFaultType.Server, Code: "internal_error");

    /// <summary>503: the engine does not read yet, or not any more.</summary>
    internal static ApiFault NotReady(string message, string code = "not_ready") =>
        new(StatusCodes.Status503ServiceUnavailable, message, ApiFaultType.Unavailable, Code: code) { RetryAfter = TimeSpan.FromSeconds(2) };

    /// <summary>What the engine refused or failed on; 400, 413, 415, 422, 429, 500 or 503.</summary>
    /// <param name="id">The request's id in the log.</param>
    /// <param name="param">The parameter at fault, where the caller knows it better than the engine.</param>
    internal static ApiFault From(OcrException refused, string id, string? param = null) => refused switch
    {
        OcrPictureException picture => OfPicture(picture, param),
        OcrRequestException request => BadRequest(request.Message, param ?? request.Parameter, "invalid_value"),
        OcrQueueFullException full => new(StatusCodes.Status429TooManyRequests, full.Message, ApiFaultType.RateLimit, Code: "queue_full") { RetryAfter = TimeSpan.FromSeconds(2) },
        OcrEngineException { EngineDead: true } dead => NotReady($"The engine has ended: {dead.Message}", "engine_dead"),
        _ => Internal(id),
    };

    /// <summary>The body.</summary>
    internal byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(new ApiFaultBody(new ApiFaultDetail(Message, Type, Param, Code)), ApiFaultJson.Default.ApiFaultBody);

    /// <summary>Answers a request with it. The response must not have begun.</summary>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        ArgumentNullException.ThrowIfNull(httpContext);
        HttpResponse response = httpContext.Response;
        RequestLine.NoteFault(httpContext, Code ?? Type);
        byte[] body = ToJson();
        response.StatusCode = Status;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = body.Length;
        if (RetryAfter is { } wait)
            response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        if (!HttpMethods.IsHead(httpContext.Request.Method))
            // Not with the request's token: that is cancelled where this very answer says that the time is over.
            await response.Body.WriteAsync(body, CancellationToken.None);
    }

    private static ApiFault OfPicture(OcrPictureException picture, string? param)
    {
        (int status, string code) = picture.Fault switch
        {
            OcrPictureFault.UnknownType => (StatusCodes.Status415UnsupportedMediaType, "unsupported_picture_type"),
            OcrPictureFault.TooLarge => (StatusCodes.Status413PayloadTooLarge, "too_many_pixels"),
            OcrPictureFault.Empty => (StatusCodes.Status422UnprocessableEntity, "empty_picture"),
            OcrPictureFault.AspectRatio => (StatusCodes.Status422UnprocessableEntity, "aspect_ratio"),
            OcrPictureFault.TimedOut => (StatusCodes.Status422UnprocessableEntity, "decoding_timeout"),
            _ => (StatusCodes.Status422UnprocessableEntity, "damaged_picture"),
        };
        return new(status, picture.Message, ApiFaultType.InvalidRequest, param, code);
    }
}

/// <summary>The closed list of error types.</summary>
internal static class ApiFaultType
{
    internal const string InvalidRequest = "invalid_request_error";
    internal const string Authentication = "authentication_error";
    internal const string Permission = "permission_error";
    internal const string NotFound = "not_found_error";
    internal const string RateLimit = "rate_limit_error";
    internal const string Timeout = "timeout_error";
    internal const string Unavailable = "service_unavailable_error";
    internal const string Server = "server_error";
}

/// <summary>Ends the handling of a call with a fault.</summary>
internal sealed class ApiFaultException(ApiFault fault, Exception? inner = null) : Exception(fault.Message, inner)
{
    internal ApiFault Fault { get; } = fault;
}

internal sealed record ApiFaultBody(ApiFaultDetail Error);

internal sealed record ApiFaultDetail(string Message, string Type, string? Param, string? Code);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ApiFaultBody))]
internal sealed partial class ApiFaultJson : JsonSerializerContext;
