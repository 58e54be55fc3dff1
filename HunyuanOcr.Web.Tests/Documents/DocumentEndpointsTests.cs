using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace HunyuanOcr.Web.Tests.Documents;

public sealed partial class DocumentEndpointsTests
{
    [Fact]
    public async Task A_picture_is_kept_and_shown_to_its_owner_only_and_runs_nothing()
    {
        using TestApp app = new();
        using HttpClient owner = app.CreateClient(), stranger = app.CreateClient();
        byte[] picture = TestPictures.Png(300, 200);
        (HttpStatusCode status, JsonElement taken) = await SendAsync(owner, picture, "名片 1.png");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(("名片 1.png", "image/png", 300, 200), (taken.GetProperty("name").GetString(), taken.GetProperty("type").GetString(), taken.GetProperty("width").GetInt32(), taken.GetProperty("height").GetInt32()));

        Uri address = new("/documents/" + taken.GetProperty("id").GetString(), UriKind.Relative);
        using HttpResponseMessage shown = await owner.GetAsync(address);
        Assert.Equal(picture, await shown.Content.ReadAsByteArrayAsync());
        Assert.Equal("image/png", shown.Content.Headers.ContentType?.MediaType);
        Assert.Equal("nosniff", shown.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Contains("default-src 'none'", shown.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        await stranger.GetAsync(new Uri("/", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, (await stranger.GetAsync(address)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await owner.GetAsync(new Uri("/documents/..%2f..%2fkeys", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task No_name_that_a_visitor_gave_is_found_on_disk()
    {
        using TestApp app = new();
        await SendAsync(app.CreateClient(), TestPictures.Png(30, 20), "../../evil.png");
        Assert.DoesNotContain(Directory.EnumerateFiles(app.Folder, "*", SearchOption.AllDirectories), path => path.Contains("evil", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_same_picture_twice_is_stored_once_under_two_ids()
    {
        using TestApp app = new();
        using HttpClient client = app.CreateClient();
        byte[] picture = TestPictures.Png(30, 20);
        string? first = (await SendAsync(client, picture, "a.png")).Body.GetProperty("id").GetString(), second = (await SendAsync(client, picture, "b.png")).Body.GetProperty("id").GetString();
        Assert.NotEqual(first, second);
        Assert.Single(Directory.EnumerateFiles(Path.Combine(app.Folder, "data", "content"), "*", SearchOption.AllDirectories));
    }

    // Not at discovery: a megabyte as the name of a test costs xunit gigabytes.
    public static TheoryData<byte[], int, string> Refused() => new()
    {
        { TestPictures.Word(), 415, "unsupported_media_type" },
        { [], 422, "empty" },
        { TestPictures.Png(40, 40)[..25], 422, "damaged" },
        { TestPictures.Bomb(30_000, 30_000), 422, "too_many_pixels" },
        { TestPictures.Png(1, 400), 422, "aspect_ratio" },
        { new byte[1024 * 1024 + 1], 413, "too_large" },
    };

    [Theory]
    [MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public async Task What_cannot_be_read_is_refused_with_its_reason_and_not_kept(byte[] file, int expected, string code)
    {
        using TestApp app = new(new() { ["Limits:MaxUploadMegabytes"] = "1" });
        (HttpStatusCode status, JsonElement refusal) = await SendAsync(app.CreateClient(), file, "a.png");
        Assert.Equal((expected, code, "a.png"), ((int)status, refusal.GetProperty("code").GetString(), refusal.GetProperty("name").GetString()));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(app.Folder, "data", "content"), "*", SearchOption.AllDirectories));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(app.Folder, "data", "incoming")));
    }

    [Fact]
    public async Task Without_the_pages_token_nothing_is_taken()
    {
        using TestApp app = new();
        using HttpClient client = app.CreateClient();
        await client.GetAsync(new Uri("/", UriKind.Relative));
        using ByteArrayContent picture = new(TestPictures.Png(30, 20));
        Assert.Equal(HttpStatusCode.Forbidden, (await client.PostAsync(new Uri("/documents", UriKind.Relative), picture)).StatusCode);
    }

    [Fact]
    public async Task The_page_comes_with_headers_that_keep_everything_on_this_server()
    {
        using TestApp app = new();
        using HttpResponseMessage page = await app.CreateClient().GetAsync(new Uri("/", UriKind.Relative));
        string policy = string.Join("; ", page.Headers.GetValues("Content-Security-Policy"));
        Assert.Contains("default-src 'self'", policy, StringComparison.Ordinal);
        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        string cookie = page.Headers.GetValues("Set-Cookie").Single(value => value.StartsWith("owner=", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_language_choice_never_leads_to_another_site()
    {
        using TestApp app = new();
        using HttpClient client = app.CreateClient(new() { AllowAutoRedirect = false });
        foreach (string back in (string[])["https://example.com", "//example.com", "/\\example.com"])
            Assert.Equal("/", (await client.GetAsync(new Uri($"/language?to=zh&back={Uri.EscapeDataString(back)}", UriKind.Relative))).Headers.Location?.ToString());
        Assert.Equal("/?run=1", (await client.GetAsync(new Uri("/language?to=zh&back=%2F%3Frun%3D1", UriKind.Relative))).Headers.Location?.ToString());
    }

    /// <summary>An upload as the page makes it.</summary>
    internal static async Task<(HttpStatusCode Status, JsonElement Body)> SendAsync(HttpClient client, byte[] file, string name)
    {
        string page = await client.GetStringAsync(new Uri("/", UriKind.Relative));
        using HttpRequestMessage request = new(HttpMethod.Post, "/documents") { Content = new ByteArrayContent(file) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        request.Headers.Add("X-File-Name", Uri.EscapeDataString(name));
        request.Headers.Add("RequestVerificationToken", Token().Match(page).Groups[1].Value);
        using HttpResponseMessage response = await client.SendAsync(request);
        return (response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement);
    }

    [GeneratedRegex("name=\"request-token\" content=\"([^\"]+)\"")]
    private static partial Regex Token();
}
