using System.Net;
using System.Text;

namespace HunyuanOcr.Web.Tests.Security;

public sealed class CrossSiteTests
{
    private const string Friend = "https://app.example.org", Stranger = "https://evil.example";

    [Fact]
    public async Task A_preflight_of_an_allowed_origin_is_answered_without_a_key_and_one_of_a_stranger_is_not()
    {
        using TestApp app = KeyedApp.Start(("Auth:AllowedOrigins", Friend));
        using HttpClient client = app.Client();
        using HttpResponseMessage friend = await PreflightAsync(client, Friend), stranger = await PreflightAsync(client, Stranger);
        Assert.Equal(HttpStatusCode.NoContent, friend.StatusCode);
        Assert.Equal(Friend, friend.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Contains("Authorization", friend.Headers.GetValues("Access-Control-Allow-Headers").Single(), StringComparison.OrdinalIgnoreCase);
        Assert.False(stranger.Headers.Contains("Access-Control-Allow-Origin"));
        Assert.False(friend.Headers.Contains("Access-Control-Allow-Credentials"));
    }

    [Fact]
    public async Task An_answer_names_the_allowed_origin_so_that_its_page_may_read_it()
    {
        using TestApp app = KeyedApp.Start(("Auth:AllowedOrigins", Friend));
        using HttpClient client = app.Client(KeyedApp.Configured);
        client.DefaultRequestHeaders.Add("Origin", Friend);
        using HttpResponseMessage answer = await client.ModelsAsync();
        Assert.Equal(Friend, answer.Headers.GetValues("Access-Control-Allow-Origin").Single());
    }

    [Fact]
    public async Task By_default_no_origin_is_allowed()
    {
        using TestApp app = new();
        using HttpResponseMessage answer = await PreflightAsync(app.Client(), Friend);
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Theory]
    [InlineData(Stranger, HttpStatusCode.Forbidden)]
    [InlineData("null", HttpStatusCode.Forbidden)]
    [InlineData("http://localhost", HttpStatusCode.BadRequest)]
    [InlineData(null, HttpStatusCode.BadRequest)]
    public async Task A_form_of_another_site_cannot_use_a_server_that_asks_for_no_key(string? origin, HttpStatusCode expected)
    {
        using TestApp app = new();
        using HttpClient client = app.Client();
        while ((await client.GetAsync(new Uri("/health/ready", UriKind.Relative))).StatusCode != HttpStatusCode.OK)
            await Task.Delay(20);
        using HttpRequestMessage request = new(HttpMethod.Post, "/v1/chat/completions") { Content = new StringContent("[]", Encoding.UTF8, "application/json") };
        if (origin is not null)
            request.Headers.Add("Origin", origin);
        Assert.Equal(expected, (await client.SendAsync(request)).StatusCode);
    }

    private static Task<HttpResponseMessage> PreflightAsync(HttpClient client, string origin)
    {
        HttpRequestMessage request = new(HttpMethod.Options, "/v1/chat/completions");
        request.Headers.Add("Origin", origin);
        request.Headers.Add("Access-Control-Request-Method", "POST");
        request.Headers.Add("Access-Control-Request-Headers", "authorization,content-type");
        return client.SendAsync(request);
    }
}
