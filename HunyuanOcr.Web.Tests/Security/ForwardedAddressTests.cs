using System.Net;

namespace HunyuanOcr.Web.Tests.Security;

public sealed class ForwardedAddressTests
{
    [Fact]
    public async Task A_made_up_forwarded_address_does_not_get_around_the_limit() =>
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.TooManyRequests], await TwoAsync(new() { ["RateLimit:PerAddress"] = "1" }, "203.0.113.1", "203.0.113.2"));

    [Fact]
    public async Task Behind_a_known_proxy_each_address_has_its_own_limit() =>
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.OK], await TwoAsync(new() { ["RateLimit:PerAddress"] = "1", ["Auth:KnownProxies"] = "127.0.0.1" }, "203.0.113.1", "203.0.113.2"));

    [Fact]
    public async Task Behind_a_known_proxy_only_the_address_that_the_proxy_itself_saw_counts() =>
        Assert.Equal([HttpStatusCode.OK, HttpStatusCode.TooManyRequests], await TwoAsync(new() { ["RateLimit:PerAddress"] = "1", ["Auth:KnownProxies"] = "127.0.0.0/8" }, "198.51.100.1, 203.0.113.1", "198.51.100.2, 203.0.113.1"));

    private static async Task<HttpStatusCode[]> TwoAsync(Dictionary<string, string> settings, params string[] forwarded)
    {
        using TestApp app = new(settings);
        using HttpClient client = new() { BaseAddress = new(app.Listen()) };
        while ((await client.GetAsync(new Uri("/health/ready", UriKind.Relative))).StatusCode != HttpStatusCode.OK)
            await Task.Delay(20);
        List<HttpStatusCode> statuses = [];
        foreach (string address in forwarded)
        {
            using HttpRequestMessage request = new(HttpMethod.Get, "/v1/models");
            request.Headers.Add("X-Forwarded-For", address);
            statuses.Add((await client.SendAsync(request)).StatusCode);
        }
        return [.. statuses];
    }
}
