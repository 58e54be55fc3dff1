using System.Net;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using HunyuanOcr.Web.Security;

namespace HunyuanOcr.Web.Tests.Security;

public sealed partial class KeysPageTests
{
    private const string Page = "/settings/keys";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_page_of_keys_asks_for_the_admin_key_whether_or_not_others_need_one(bool requireKey)
    {
        using TestApp app = KeyedApp.Start(("Auth:RequireKey", requireKey ? "true" : "false"));
        using HttpClient client = app.Client();
        Assert.Equal("/sign-in?back=%2Fsettings%2Fkeys&admin=true", (await client.GetAsync(new Uri(Page, UriKind.Relative))).Headers.Location?.OriginalString);
        (_, string plain) = await app.AddKeyAsync();
        using HttpResponseMessage refused = await SendAsync(client, "/sign-in?back=%2Fsettings%2Fkeys&admin=true", "sign-in", ("Key", plain));
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Contains("does not manage keys", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await client.GetAsync(new Uri(Page, UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task On_the_page_a_key_is_made_shown_once_and_revoked()
    {
        using TestApp app = KeyedApp.Start();
        using HttpClient client = await AdminAsync(app);
        using HttpResponseMessage made = await SendAsync(client, Page, "create-key", ("Name", "Front desk"));
        string secret = Secret().Match(await made.Content.ReadAsStringAsync()).Value;
        Assert.NotEqual(HttpStatusCode.Unauthorized, (await app.Client(secret).ModelsAsync()).StatusCode);

        string again = await client.GetStringAsync(new Uri(Page, UriKind.Relative));
        Assert.DoesNotContain(secret, again, StringComparison.Ordinal);
        Assert.Contains("Front desk", again, StringComparison.Ordinal);
        Assert.Contains(ApiSecret.Prefix(secret), again, StringComparison.Ordinal);

        string handler = new HtmlParser().ParseDocument(again).QuerySelectorAll("tr").Single(row => row.TextContent.Contains("Front desk", StringComparison.Ordinal)).QuerySelector("input[name=_handler]")!.GetAttribute("value")!;
        (await SendAsync(client, Page, handler)).Dispose();
        Assert.Equal(HttpStatusCode.Unauthorized, (await app.Client(secret).ModelsAsync()).StatusCode);
    }

    [Fact]
    public async Task A_browser_that_signed_in_sees_the_pages_until_its_key_is_revoked_or_it_signs_out()
    {
        using TestApp app = KeyedApp.Start();
        (string id, string secret) = await app.AddKeyAsync();
        using HttpClient client = app.Client();
        using HttpResponseMessage answer = await SendAsync(client, "/sign-in?back=%2F", "sign-in", ("Key", secret));
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        Assert.EndsWith("/", answer.Headers.Location?.OriginalString, StringComparison.Ordinal);
        string cookie = answer.Headers.GetValues("Set-Cookie").Single(value => value.StartsWith("sign-in=", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(secret, cookie, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(new Uri("/", UriKind.Relative))).StatusCode);
        await Microsoft.Extensions.DependencyInjection.ServiceProviderServiceExtensions.GetRequiredService<ApiKeyTable>(app.Services).RevokeAsync(id, CancellationToken.None);
        Microsoft.Extensions.DependencyInjection.ServiceProviderServiceExtensions.GetRequiredService<KeyRing>(app.Services).Forget();
        Assert.Equal(HttpStatusCode.Redirect, (await client.GetAsync(new Uri("/", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task What_a_signed_in_browser_posts_needs_the_pages_token()
    {
        using TestApp app = KeyedApp.Start();
        using HttpClient client = await AdminAsync(app);
        using FormUrlEncodedContent bare = new([new("_handler", "create-key"), new("Name", "x")]);
        using HttpResponseMessage forged = await client.PostAsync(new Uri(Page, UriKind.Relative), bare);
        Assert.Equal(HttpStatusCode.Forbidden, forged.StatusCode);
        using HttpResponseMessage api = await client.PostAsync(new Uri("/v1/chat/completions", UriKind.Relative), new StringContent("{}"));
        Assert.Equal(HttpStatusCode.Forbidden, api.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await client.PostAsync(new Uri(SignIn.OutPath, UriKind.Relative), null)).StatusCode);
    }

    [Theory]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("https://evil.example")]
    [InlineData(null)]
    public void Signing_in_leads_to_pages_of_this_server_only(string? back) => Assert.Equal("/", SignIn.Back(back));

    internal static async Task<HttpClient> AdminAsync(TestApp app)
    {
        HttpClient client = app.Client();
        (_, string secret) = await app.AddKeyAsync("chief", admin: true);
        using HttpResponseMessage answer = await SendAsync(client, "/sign-in?back=%2Fsettings%2Fkeys&admin=true", "sign-in", ("Key", secret));
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
        return client;
    }

    internal static async Task SignInAsync(HttpClient client, string key)
    {
        using HttpResponseMessage answer = await SendAsync(client, "/sign-in?back=%2F", "sign-in", ("Key", key));
        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
    }

    /// <summary>Opens a page and sends one of its forms, as a browser does.</summary>
    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string page, string handler, params (string Name, string Value)[] fields)
    {
        IDocument document = new HtmlParser().ParseDocument(await client.GetStringAsync(new Uri(page, UriKind.Relative)));
        IElement form = document.QuerySelectorAll("form").Single(candidate => candidate.QuerySelector("input[name=_handler]")?.GetAttribute("value") == handler);
        Dictionary<string, string> sent = form.QuerySelectorAll("input[type=hidden]").ToDictionary(input => input.GetAttribute("name")!, input => input.GetAttribute("value") ?? "");
        foreach ((string name, string value) in fields)
            sent[name] = value;
        using FormUrlEncodedContent content = new(sent);
        return await client.PostAsync(new Uri(page, UriKind.Relative), content);
    }

    [GeneratedRegex(@"hyo-[A-Za-z0-9_-]{43}")]
    private static partial Regex Secret();
}
