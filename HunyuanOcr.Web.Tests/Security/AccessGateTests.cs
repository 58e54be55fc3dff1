using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using HunyuanOcr.Web.Security;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace HunyuanOcr.Web.Tests.Security;

public sealed partial class AccessGateTests
{
    [Fact]
    public async Task Every_route_of_the_app_is_closed_without_a_key_or_stands_in_the_open_list()
    {
        using TestApp app = KeyedApp.Start();
        using HttpClient client = app.Client();
        List<string> passed = [], open = [];
        int closed = 0;
        foreach (RouteEndpoint endpoint in app.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            if (OpenRoutes.Holds(endpoint))
            {
                open.Add("/" + endpoint.RoutePattern.RawText!.Trim('/'));
                continue;
            }
            foreach (string method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods is { Count: > 0 } methods ? methods : ["GET"])
            {
                string path = Parameter().Replace("/" + endpoint.RoutePattern.RawText!.Trim('/'), "1");
                using HttpRequestMessage request = new(new HttpMethod(method), path);
                using HttpResponseMessage answer = await client.SendAsync(request);
                bool asked = answer.StatusCode == HttpStatusCode.Unauthorized || (answer.StatusCode == HttpStatusCode.Redirect && answer.Headers.Location!.OriginalString.StartsWith(SignIn.Path, StringComparison.Ordinal));
                // Without a publish, ASP.NET Core adds a route for files that came into wwwroot after the build; it matches none that is not there.
                if (asked || (endpoint.RoutePattern.RawText == "{**path:file}" && answer.StatusCode == HttpStatusCode.NotFound))
                    closed++;
                else
                    passed.Add($"{method} {endpoint.RoutePattern.RawText} ({endpoint.DisplayName}): {(int)answer.StatusCode}");
            }
        }
        Assert.Empty(passed);
        Assert.True(closed > 10, $"only {closed} closed routes were found");
        // What is open is a static file of the build, or named in the list.
        Assert.All(open, path => Assert.True(OpenRoutes.Patterns.Contains(path) || StaticFile().IsMatch(path), path));
        Assert.All(OpenRoutes.Patterns, pattern => Assert.Contains(pattern, open));
    }

    [Theory]
    [InlineData(null, "missing_api_key")]
    [InlineData("hyo-not-a-key-of-this-server", "invalid_api_key")]
    public async Task Without_a_key_or_with_a_wrong_one_the_API_answers_401_with_an_authentication_error(string? key, string code)
    {
        using TestApp app = KeyedApp.Start();
        using HttpResponseMessage answer = await app.Client(key).ModelsAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        JsonElement error = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("error");
        Assert.Equal(("authentication_error", code), (error.GetProperty("type").GetString(), error.GetProperty("code").GetString()));
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.ToString());
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    [InlineData("/studio.css")]
    [InlineData("/studio.js")]
    [InlineData("/sign-in")]
    [InlineData("/language?to=zh")]
    public async Task Health_static_files_and_the_sign_in_page_need_no_key(string path)
    {
        using TestApp app = KeyedApp.Start();
        using HttpResponseMessage answer = await app.Client().GetAsync(new Uri(path, UriKind.Relative));
        Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.Redirect or HttpStatusCode.ServiceUnavailable, $"{answer.StatusCode}");
        Assert.DoesNotContain("sign-in?", answer.Headers.Location?.OriginalString ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_visitor_is_led_to_the_sign_in_page_and_the_upload_of_a_page_is_told_so_in_its_own_shape()
    {
        using TestApp app = KeyedApp.Start();
        using HttpClient client = app.Client();
        using HttpResponseMessage page = await client.GetAsync(new Uri("/?run=1", UriKind.Relative));
        Assert.Equal("/sign-in?back=%2F%3Frun%3D1", page.Headers.Location?.OriginalString);
        using HttpResponseMessage upload = await client.PostAsync(new Uri("/documents", UriKind.Relative), new ByteArrayContent([1]));
        Assert.Equal(HttpStatusCode.Unauthorized, upload.StatusCode);
        Assert.Equal("forbidden", JsonDocument.Parse(await upload.Content.ReadAsStringAsync()).RootElement.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Where_no_key_is_required_any_key_will_do_as_clients_always_send_one()
    {
        using TestApp app = new();
        using HttpResponseMessage answer = await app.Client("EMPTY").ModelsAsync();
        Assert.NotEqual(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"\.(css|js|svg|map|woff2?|png|jpg|webp|ico|wasm|mjs|json|txt|gz|br|ttf|eot|bcmap|pfb)$")]
    private static partial Regex StaticFile();
}
