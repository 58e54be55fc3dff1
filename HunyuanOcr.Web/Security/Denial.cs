using HunyuanOcr.Web.Api;
using HunyuanOcr.Web.Documents;

namespace HunyuanOcr.Web.Security;

/// <summary>Answers a request that goes no further: in OpenAI's shape, or in the one that the page's upload reads.</summary>
internal static class Denial
{
    internal static Task WriteAsync(HttpContext context, ApiFault fault)
    {
        if (!context.Request.Path.StartsWithSegments("/documents"))
            return fault.ExecuteAsync(context);
        if (fault.RetryAfter is { } wait)
            context.Response.Headers.RetryAfter = Seconds(wait).ToString(System.Globalization.CultureInfo.InvariantCulture);
        context.Response.StatusCode = fault.Status;
        string code = fault.Status == StatusCodes.Status429TooManyRequests ? RefusalCode.TooOften : RefusalCode.Forbidden;
        string name = Uri.UnescapeDataString(context.Request.Headers["X-File-Name"].ToString());
        return context.Response.WriteAsJsonAsync(new DocumentRefusal(code, name, context.Request.ContentLength ?? 0, Limit: fault.RetryAfter is { } time ? Seconds(time) : null), CancellationToken.None);
    }

    private static long Seconds(TimeSpan wait) => Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds));
}
