using HunyuanOcr.Inference.Tests.Engine;
using HunyuanOcr.Inference.Tests.Imaging;

namespace HunyuanOcr.Inference.Tests;

/// <summary>What the engine refuses, with which words, and that it lives on.</summary>
[Collection(SharedDemoEngine.Name)]
public class OcrEngineBadInputTests(DemoEngine demo)
{
    public static TheoryData<string, OcrPictureFault, string> BadPictures => new()
    {
        { "empty", OcrPictureFault.Empty, "empty.png is empty: it has 0 bytes" },
        { "truncated", OcrPictureFault.Damaged, "truncated.png is " },
        { "text", OcrPictureFault.UnknownType, "text.png is text, not a picture" },
        { "bomb", OcrPictureFault.TooLarge, "bomb.png " },
        { "ribbon", OcrPictureFault.AspectRatio, "ribbon.png " },
    };

    [Theory]
    [MemberData(nameof(BadPictures))]
    public async Task A_bad_picture_is_refused_by_name_and_the_next_request_is_answered(string kind, OcrPictureFault fault, string beginning)
    {
        byte[] file = kind switch
        {
            "empty" => [],
            "truncated" => DemoEngine.Document("08-card-en.png").Bytes[..3000].ToArray(),
            "text" => "Dear Sir or Madam, please find attached the picture."u8.ToArray(),
            "bomb" => HandmadePng.Grey(60_000, 60_000, rows: 1),
            _ => HandmadePng.Grey(1, 4000, rows: 4000),
        };
        var refused = await Assert.ThrowsAsync<OcrPictureException>(() => demo.Engine.ReadAsync(About(new OcrPicture(file, $"{kind}.png"))));
        Assert.Equal((fault, $"{kind}.png"), (refused.Fault, refused.PictureName));
        Assert.StartsWith(beginning, refused.Message, StringComparison.Ordinal);
        await AssertAlive();
    }

    [Theory]
    [InlineData("animated.gif")]
    [InlineData("animated.webp")]
    public async Task Of_an_animated_picture_the_first_frame_is_read(string name) =>
        Assert.Single((await demo.Engine.ReadAsync(About(TestPictures.Load(name)))).Pages);

    [Fact]
    public async Task A_picture_of_one_pixel_is_read() =>
        Assert.Equal((1, 1), (await demo.Engine.ReadAsync(About(new OcrPicture(HandmadePng.Grey(1, 1, 1), "dot.png")))).Pages.Select(page => (page.Width, page.Height)).Single());

    [Fact]
    public async Task A_prompt_longer_than_the_context_is_refused_with_the_numbers()
    {
        var refused = await Assert.ThrowsAsync<OcrRequestException>(() => demo.Engine.ReadAsync(new OcrRequest { Task = OcrTask.Free, Prompt = new string('q', 5000) }));
        Assert.Equal(nameof(OcrRequest.Prompt), refused.Parameter);
        Assert.Matches("The prompt has 5\\d\\d\\d tokens; the context holds 4096", refused.Message);
        await AssertAlive();
    }

    [Fact]
    public async Task Parameters_out_of_range_are_refused_by_name()
    {
        foreach ((OcrRequest request, string parameter) in ((OcrRequest, string)[])
        [
            (About(DemoEngine.Document("12-sign-en.jpg")) with { MaxTokens = 0 }, "MaxTokens"),
            (About(DemoEngine.Document("12-sign-en.jpg") with { MaxPixels = 0 }), "Pictures"),
            (new OcrRequest { Task = OcrTask.Free, Prompt = " " }, "Prompt"),
            (new OcrRequest { Task = OcrTask.Fields }, "Fields"),
            (new OcrRequest { Sampling = new SamplingOptions { Temperature = 3 } }, "Sampling.Temperature"),
        ])
            Assert.Equal(parameter, (await Assert.ThrowsAsync<OcrRequestException>(() => demo.Engine.ReadAsync(request))).Parameter);
        await AssertAlive();
    }

    private static OcrRequest About(OcrPicture picture) => new() { Pictures = [picture], MaxTokens = 2 };

    private async Task AssertAlive()
    {
        Assert.NotEmpty((await demo.Engine.ReadAsync(About(DemoEngine.Document("12-sign-en.jpg")))).Tokens);
        Assert.Null(demo.Engine.Status.Fault);
    }
}
