using System.Text.Json.Nodes;

namespace HunyuanOcr.Web.Tests.Api;

/// <summary>What a refusal costs in memory, which only a test that runs alone can say.</summary>
[Collection(Alone.Name)]
public sealed class DemoMemoryTests(DemoServer server) : IClassFixture<DemoServer>
{
    [Theory]
    [InlineData(7072, 7072)]
    [InlineData(60000, 60000)]
    public async Task A_picture_that_promises_more_than_50_million_pixels_is_refused_without_the_memory_for_them(int width, int height)
    {
        JsonObject body = DemoServer.ChatBody("OCR::", null, 2);
        body["messages"]![0]!["content"]!.AsArray().Insert(0, new JsonObject { ["type"] = "image_url", ["image_url"] = new JsonObject { ["url"] = DemoServer.DataUrl(TestPictures.Bomb(width, height)) } });
        long before = GC.GetTotalAllocatedBytes();
        (int status, JsonNode answer) = await server.PostAsync("chat/completions", body);
        Assert.Equal((413, "too_many_pixels"), (status, (string?)answer["error"]!["code"]));
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 20_000_000);
    }
}
