using Microsoft.AspNetCore.Connections;

namespace HunyuanOcr.Web.Api;

/// <summary>Requests whose client has left.</summary>
internal static class ClosedRequest
{
    /// <summary>What Kestrel says of a body that its client broke off; it keeps the reason itself to itself.</summary>
    private const string BrokenOff = "Unexpected end of request content.";

    /// <summary>Whether an exception only says that the client has left. Kestrel has closed the connection then, but cancels the request's token a moment later, on another thread.</summary>
    internal static bool Is(HttpContext context, Exception e) => context.RequestAborted.IsCancellationRequested || Says(e) || (e.InnerException is { } inner && Says(inner));

    private static bool Says(Exception e) => e is ConnectionResetException or ConnectionAbortedException or BadHttpRequestException { Message: BrokenOff };
}
