using System.Text;
using System.Text.Json.Nodes;

namespace HunyuanOcr.Web.Tests.Api;

/// <summary>Good and bad pictures against the real engine behind the API.</summary>
[Collection(DemoServerUse.Name)]
public sealed class DemoPicturesTests(DemoServer server)
{
    [Theory]
    [InlineData("grey.png")]
    [InlineData("grey-16.png")]
    [InlineData("grey-alpha.png")]
    [InlineData("one-bit.png")]
    [InlineData("palette-transparent.png")]
    [InlineData("rgba.png")]
    [InlineData("rgba-16.png")]
    [InlineData("cmyk.jpg")]
    [InlineData("orientation-6.jpg")]
    [InlineData("animated.gif")]
    [InlineData("animated.webp")]
    [InlineData("group4.tif")]
    public async Task Every_kind_of_picture_is_read_whatever_type_its_data_url_claims(string file)
    {
        (int status, JsonNode answer) = await AskAsync(DemoServer.DataUrl(DemoServer.Picture(file), "image/x-unknown"));
        Assert.True(status == 200, answer.ToJsonString());
    }

    [Fact]
    public async Task A_picture_of_one_pixel_is_read_and_a_strip_is_refused()
    {
        Assert.Equal(200, (await AskAsync(DemoServer.DataUrl(TestPictures.Png(1, 1)))).Status);
        (int status, JsonNode answer) = await AskAsync(DemoServer.DataUrl(TestPictures.Png(4000, 2)));
        Assert.Equal((422, "aspect_ratio"), (status, Code(answer)));
    }

    [Fact]
    public async Task Truncated_empty_half_and_renamed_files_are_refused_by_the_path_of_the_picture()
    {
        byte[] whole = DemoServer.Document("11-sign-zh.png");
        (byte[] Bytes, int Status, string Code)[] cases =
        [
            (whole[..40], 422, "damaged_picture"),
            (whole[..(whole.Length / 2)], 422, "damaged_picture"),
            ([], 422, "empty_picture"),
            ("just words"u8.ToArray(), 415, "unsupported_picture_type"),
            ("<svg xmlns='http://www.w3.org/2000/svg'/>"u8.ToArray(), 415, "unsupported_picture_type"),
            ("<!DOCTYPE html><html></html>"u8.ToArray(), 415, "unsupported_picture_type"),
            ("%PDF-1.7\n"u8.ToArray(), 415, "unsupported_picture_type"),
        ];
        foreach ((byte[] bytes, int expected, string code) in cases)
        {
            (int status, JsonNode answer) = await AskAsync(DemoServer.DataUrl(bytes));
            Assert.Equal((expected, code), (status, Code(answer)));
            Assert.Equal("messages[0].content[0].image_url", (string)answer["error"]!["param"]!);
            Assert.Contains("Picture 1", (string)answer["error"]!["message"]!, StringComparison.Ordinal);
        }
        await server.IdleAsync();
    }

    [Fact]
    public async Task A_damaged_picture_has_its_own_status_on_a_stream_as_well()
    {
        JsonObject body = Body(DemoServer.DataUrl(DemoServer.Document("11-sign-zh.png")[..4000]));
        body["stream"] = true;
        (int status, JsonNode answer) = await server.PostAsync("chat/completions", body);
        Assert.Equal((422, "damaged_picture"), (status, Code(answer)));
    }

    [Theory]
    [InlineData(7072, 7072, 413)]
    [InlineData(60000, 60000, 413)]
    [InlineData(7071, 7071, 422)]
    public async Task A_header_that_promises_more_than_50_million_pixels_is_refused_before_it_is_decoded(int width, int height, int expected)
    {
        (int status, JsonNode answer) = await AskAsync(DemoServer.DataUrl(TestPictures.Bomb(width, height)));
        // One pixel within the limit it is opened, and found to lack what its header promises.
        Assert.Equal((expected, expected == 413 ? "too_many_pixels" : "damaged_picture"), (status, Code(answer)));
    }

    [Theory]
    [InlineData("data:image/png;base64,@@@@", 400, "invalid_base64")]
    [InlineData("data:image/png;base64,iVBORw0KGgo", 400, "invalid_base64")]
    [InlineData("data:image/png,rawbytes", 400, "invalid_image_url")]
    [InlineData("data:image/png;base64", 400, "invalid_image_url")]
    [InlineData("file:///etc/passwd", 400, "invalid_image_url")]
    [InlineData("../../etc/passwd", 400, "invalid_image_url")]
    [InlineData("ftp://example.org/a.png", 400, "invalid_image_url")]
    [InlineData("", 400, "invalid_image_url")]
    [InlineData("http://169.254.169.254/latest/meta-data", 400, "image_url_not_allowed")]
    [InlineData("http://localhost:7860/", 400, "image_url_not_allowed")]
    [InlineData("https://example.org/a.png", 400, "image_url_not_allowed")]
    public async Task What_is_no_picture_of_the_request_itself_is_refused(string url, int expected, string code)
    {
        (int status, JsonNode answer) = await AskAsync(url);
        Assert.Equal((expected, code), (status, Code(answer)));
    }

    [Fact]
    public async Task Too_many_pictures_too_much_base64_and_too_large_a_body_are_refused()
    {
        JsonObject many = Body(DemoServer.DataUrl(TestPictures.Png(8, 8)));
        JsonArray parts = many["messages"]![0]!["content"]!.AsArray();
        for (int i = 0; i < 8; i++)
            parts.Insert(0, parts[0]!.DeepClone());
        (int status, JsonNode answer) = await server.PostAsync("chat/completions", many);
        Assert.Equal((400, "too_many_images"), (status, Code(answer)));

        (status, answer) = await AskAsync("data:image/png;base64," + new string('A', 28_000_004));
        Assert.Equal((413, "base64_too_long"), (status, Code(answer)));

        using StringContent huge = new(new string(' ', 30_000_000), Encoding.UTF8, "application/json");
        using HttpResponseMessage refused = await server.Http.PostAsync(new Uri("chat/completions", UriKind.Relative), huge);
        Assert.Equal(413, (int)refused.StatusCode);
        Assert.Equal("body_too_large", Code(JsonNode.Parse(await refused.Content.ReadAsStringAsync())!));
    }

    [Fact]
    public async Task A_prompt_longer_than_the_context_is_refused_by_name()
    {
        (int status, JsonNode answer) = await server.PostAsync("chat/completions", DemoServer.ChatBody(string.Concat(Enumerable.Range(0, 20_000).Select(i => i + " "))));
        Assert.Equal((400, "messages[0].content"), (status, (string)answer["error"]!["param"]!));
        Assert.Contains("context", (string)answer["error"]!["message"]!, StringComparison.Ordinal);
    }

    private Task<(int Status, JsonNode Body)> AskAsync(string url) => server.PostAsync("chat/completions", Body(url));

    private static string? Code(JsonNode answer) => (string?)answer["error"]?["code"];

    private static JsonObject Body(string url)
    {
        JsonObject body = DemoServer.ChatBody("OCR::", null, 2);
        body["messages"]![0]!["content"]!.AsArray().Insert(0, new JsonObject { ["type"] = "image_url", ["image_url"] = new JsonObject { ["url"] = url } });
        return body;
    }
}
