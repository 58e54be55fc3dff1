using HunyuanOcr.Inference.Imaging;

namespace HunyuanOcr.Inference.Tests.Engine;

/// <summary>The demo model under load; <c>bench load</c> is the long form.</summary>
public sealed class LoadTests
{
    private const int Requests = 80, ToCancel = 16, InFlight = 24, Sizes = 10, AnswerTokens = 48;

    [Fact]
    public async Task Under_many_requests_of_random_sizes_with_random_cancels_every_answer_is_the_one_it_gets_alone()
    {
        var random = new Random(5);
        // Room for the vectors of a few pictures: the others are seen again while pages are read.
        await using OcrEngine engine = await OcrEngine.LoadAsync(DemoEngine.Options with { VisionCacheMegabytes = 2 });
        OcrRequest[] questions = [.. Enumerable.Range(0, Sizes).Select(i => new OcrRequest { Pictures = [Scaled(i, random)], MaxTokens = AnswerTokens })];
        var alone = new string[Sizes];
        for (int i = 0; i < Sizes; i++)
            alone[i] = (await engine.ReadAsync(questions[i])).Text;
        await DemoEngine.Until(() => engine.Status.BlocksUsed == 0);

        HashSet<int> cancelled = [.. Enumerable.Range(0, Requests).OrderBy(_ => random.Next()).Take(ToCancel)];
        (int Which, int? After)[] plan = [.. Enumerable.Range(0, Requests).Select(i => (random.Next(Sizes), cancelled.Contains(i) ? random.Next(1500) : (int?)null))];
        using var places = new SemaphoreSlim(InFlight);
        string?[] answers = await Task.WhenAll(plan.Select(async one =>
        {
            await places.WaitAsync();
            try
            {
                return await Answer(engine, questions[one.Which], one.After);
            }
            finally
            {
                places.Release();
            }
        }));

        for (int i = 0; i < Requests; i++)
            if (answers[i] is { } text)
                Assert.True(text == alone[plan[i].Which], $"Request {i}, {questions[plan[i].Which].Pictures[0].Name}: {text} instead of {alone[plan[i].Which]}");
            else
                Assert.True(plan[i].After is not null, $"Request {i} ended without an answer, and nobody cancelled it.");
        Assert.True(Array.Exists(answers, answer => answer is null), "Every cancel came after the answer.");
        // Who cancels is told at once; the engine hears of it between two steps.
        await DemoEngine.Until(() => engine.Status is { BlocksUsed: 0, Running: 0, Waiting: 0 });
    }

    // Null where the cancel came before the end.
    private static async Task<string?> Answer(OcrEngine engine, OcrRequest question, int? cancelAfter)
    {
        using var cancel = new CancellationTokenSource();
        if (cancelAfter is { } milliseconds)
            cancel.CancelAfter(milliseconds);
        try
        {
            return (await engine.ReadAsync(question, cancel.Token)).Text;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private static OcrPicture Scaled(int number, Random random)
    {
        GoldenDocument document = GoldenDocuments.All[number * 7 % GoldenDocuments.All.Count];
        int width = random.Next(220, 560), height = random.Next(220, 560);
        using RgbImage page = Imaging.TestPictures.Decode(GoldenDocuments.Picture(document));
        using RgbImage scaled = BicubicResampler.Resize(page, width, height, CancellationToken.None);
        return new OcrPicture(PngFile.Write(scaled), $"{document.File} at {width}x{height}");
    }
}
