namespace HunyuanOcr.Web.Hosting;

/// <summary>For whoever watches the server: alive as long as it answers, ready once the engine is warm.</summary>
internal static class Health
{
    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", static () => TypedResults.Text("live"));
        routes.MapGet("/health/ready", static (HttpContext context, ReaderHost host, Drain drain) =>
        {
            string? reason = drain.Draining ? Drain.Reason : host.Status?.Fault ?? host.Reason;
            bool ready = reason is null && host.State == ReaderState.Ready;
            if (!ready)
                context.Response.Headers.RetryAfter = "2";
            return TypedResults.Text(ready ? "ready" : $"not ready: {reason}", statusCode: ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
        });
    }
}
