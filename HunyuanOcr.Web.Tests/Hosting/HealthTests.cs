using System.Net;
using HunyuanOcr.Web.Recognise;
using HunyuanOcr.Web.Tests.Telemetry;

namespace HunyuanOcr.Web.Tests.Hosting;

public sealed class HealthTests
{
    [Fact]
    public async Task It_is_alive_at_once_and_ready_only_after_the_engine_is_warm()
    {
        TaskCompletionSource<IPageReader> warm = new();
        using TestApp app = new(load: (_, _) => warm.Task);
        using HttpClient client = app.CreateClient();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("/health/live"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusAsync("/health/ready"));
        Assert.Contains("Getting ready", await client.GetStringAsync(new Uri("/", UriKind.Relative)), StringComparison.Ordinal);
        warm.SetResult(app.Reader);
        await MetricsTests.UntilAsync(async () => await StatusAsync("/health/ready") == HttpStatusCode.OK);

        async Task<HttpStatusCode> StatusAsync(string path) => (await client.GetAsync(new Uri(path, UriKind.Relative))).StatusCode;
    }
}
