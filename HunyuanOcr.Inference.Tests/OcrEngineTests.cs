using System.Text;
using HunyuanOcr.Inference.Tests.Engine;

namespace HunyuanOcr.Inference.Tests;

/// <summary>The façade over the demo model: a real picture in, a real answer out.</summary>
[Collection(SharedDemoEngine.Name)]
public class OcrEngineTests(DemoEngine demo)
{
    private const string Sign = "12-sign-en.jpg";

    private static OcrRequest AboutSign => new() { Pictures = [DemoEngine.Document(Sign)] };

    [Fact]
    public async Task A_page_is_read_from_picture_to_lines_with_events_in_their_order()
    {
        List<OcrEvent> events = await Events(AboutSign);
        Assert.Equal(["OcrQueued", "OcrReading", "OcrDelta", "OcrFinished"], events.Select(happened => happened.GetType().Name).Distinct());
        Assert.IsType<OcrQueued>(events[0]);
        OcrResult result = Assert.IsType<OcrFinished>(events[^1]).Result;
        OcrDelta[] deltas = [.. events.OfType<OcrDelta>()];
        Assert.Equal(result.Text, string.Concat(deltas.Select(delta => delta.Text)));
        Assert.Equal(result.Tokens, deltas.SelectMany(delta => delta.Tokens));
        Assert.Equal(result.Lines.Select(line => (line.Text, line.Box)), deltas.SelectMany(delta => delta.Lines).Select(line => (line.Text, line.Box)));
        Assert.Equal(result.Pages, Assert.Single(events.OfType<OcrReading>()).Pages);

        Assert.Equal(OcrFinishReason.Stop, result.FinishReason);
        Assert.NotEmpty(result.Lines);
        Assert.All(result.Lines, line => Assert.Equal(line.Text, result.Text.Substring(line.Start, line.Text.Length)));
        Assert.All(result.Lines, line => Assert.InRange(line.Confidence, 0.01, 1));
        Assert.Equal(result.Pages[0].ScaledWidth / 32 + 1, (result.ImageTokens - 2) / (result.Pages[0].ScaledHeight / 32));
        Assert.True(result.PromptTokens > result.ImageTokens);
    }

    [Fact]
    public async Task Every_token_carries_its_probability_and_the_five_likeliest()
    {
        OcrResult result = await demo.Engine.ReadAsync(AboutSign);
        Assert.All(result.Tokens, token =>
        {
            Assert.InRange(token.LogProbability, -20, 0);
            Assert.Equal(5, token.Alternatives.Count);
            Assert.Equal(token.Id, token.Alternatives[0].Id);
            Assert.Equal(token.Alternatives.Select(a => a.LogProbability).OrderDescending(), token.Alternatives.Select(a => a.LogProbability));
        });
        Assert.Equal(result.Text.Length, result.Tokens[^1].TextLength);
    }

    [Fact]
    public async Task Times_add_up()
    {
        OcrTimings times = (await demo.Engine.ReadAsync(AboutSign with { Prompt = "提取图中的文字。 " })).Timings;
        Assert.True(times.FirstToken < times.Total && times.Decode > TimeSpan.Zero && times.Prefill > TimeSpan.Zero);
        Assert.True(times.Queue + times.Prefill <= times.FirstToken);
        Assert.True(times.FirstToken + times.Decode <= times.Total);
    }

    [Fact]
    public async Task A_second_question_about_the_same_picture_costs_no_vision()
    {
        OcrRequest request = new() { Pictures = [DemoEngine.Document("11-sign-zh.png")], MaxTokens = 3 };
        await demo.Engine.ReadAsync(request);
        EngineCounters before = demo.Engine.Status.Counters;
        OcrResult second = await demo.Engine.ReadAsync(request with { Task = OcrTask.Text });
        EngineCounters counted = demo.Engine.Status.Counters.Since(before);
        Assert.Equal((1L, 1L, 0L), (counted.VisionQueries, counted.VisionHits, counted.VisionPasses));
        Assert.Equal(TimeSpan.Zero, second.Timings.Vision + second.Timings.Picture);
        Assert.Equal((long)second.PromptTokens, counted.PromptTokens);
    }

    [Fact]
    public async Task A_cancelled_stream_ends_and_frees_its_blocks()
    {
        using var cancel = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (OcrEvent happened in demo.Engine.StreamAsync(AboutSign, cancel.Token))
                if (happened is OcrDelta)
                    await cancel.CancelAsync();
        });
        await DemoEngine.Until(() => demo.Engine.Status is { Running: 0, Waiting: 0, BlocksUsed: 0 });
    }

    [Fact]
    public async Task Leaving_the_stream_frees_its_blocks()
    {
        await foreach (OcrEvent happened in demo.Engine.StreamAsync(AboutSign))
            if (happened is OcrDelta)
                break;
        await DemoEngine.Until(() => demo.Engine.Status is { Running: 0, Waiting: 0, BlocksUsed: 0 });
    }

    [Fact]
    public async Task A_caller_who_stops_reading_blocks_nobody_and_finds_the_rest_merged()
    {
        int deltas = 0;
        StringBuilder text = new();
        await foreach (OcrEvent happened in demo.Engine.StreamAsync(AboutSign))
        {
            if (happened is OcrDelta delta)
            {
                text.Append(delta.Text);
                if (deltas++ == 0)
                    await DemoEngine.Until(() => demo.Engine.Status is { Running: 0, Waiting: 0 });
            }
            if (happened is OcrFinished finished)
                Assert.Equal(finished.Result.Text, text.ToString());
        }
        Assert.InRange(deltas, 2, 3);
    }

    [Fact]
    public async Task A_stop_string_ends_the_answer_before_it()
    {
        string whole = (await demo.Engine.ReadAsync(AboutSign)).Text;
        List<OcrEvent> events = await Events(AboutSign with { Sampling = new SamplingOptions { Stop = ["),("] } });
        OcrResult result = ((OcrFinished)events[^1]).Result;
        Assert.Equal(whole[..whole.IndexOf("),(", StringComparison.Ordinal)], result.Text);
        Assert.Equal(result.Text, string.Concat(events.OfType<OcrDelta>().Select(delta => delta.Text)));
        Assert.Equal(OcrFinishReason.Stop, result.FinishReason);
    }

    [Fact]
    public async Task The_token_limit_ends_the_answer()
    {
        OcrResult result = await demo.Engine.ReadAsync(AboutSign with { MaxTokens = 7 });
        Assert.Equal((7, OcrFinishReason.Length), (result.Tokens.Count, result.FinishReason));
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_text_whatever_else_runs()
    {
        OcrRequest seeded = AboutSign with { MaxTokens = 40, Sampling = new SamplingOptions { Temperature = 1.5, Seed = 11 } };
        string alone = (await demo.Engine.ReadAsync(seeded)).Text;
        OcrResult[] together = await Task.WhenAll(Enumerable.Range(0, 6).Select(i =>
            demo.Engine.ReadAsync(i == 3 ? seeded : seeded with { Sampling = new SamplingOptions { Temperature = 1.5, Seed = (ulong)i } })));
        Assert.Equal(alone, together[3].Text);
        Assert.True(together.Select(result => result.Text).Distinct().Count() > 3);
    }

    [Fact]
    public async Task The_least_of_every_sampling_option_is_answered()
    {
        SamplingOptions[] least =
        [
            new() { Temperature = double.Epsilon }, new() { Temperature = 2, TopP = double.Epsilon }, new() { Temperature = 2, TopK = 1 },
            new() { Temperature = 0, RepetitionPenalty = double.Epsilon }, new() { Temperature = 1, RepetitionPenalty = double.Epsilon },
        ];
        OcrResult[] results = await Task.WhenAll(least.Select(sampling => demo.Engine.ReadAsync(AboutSign with { Sampling = sampling, MaxTokens = 5, StopOnRepetition = false })));
        string likeliest = (await demo.Engine.ReadAsync(AboutSign with { MaxTokens = 5 })).Text;
        Assert.All(results[..3], result => Assert.Equal(likeliest, result.Text));
        Assert.All(results[3..], result => Assert.Equal(5, result.Tokens.Count));
        Assert.Null(demo.Engine.Status.Fault);
    }

    [Fact]
    public async Task Fields_are_read_by_name()
    {
        OcrResult result = await demo.Engine.ReadAsync(new OcrRequest
        {
            Pictures = [DemoEngine.Document("08-card-en.png")], Task = OcrTask.Fields, Fields = ["Name", "Nonsense"],
        });
        Assert.Equal(["Name", "Nonsense"], result.Fields.Take(2).Select(field => field.Name));
        Assert.Empty(result.Lines);
    }

    [Fact]
    public async Task Two_pictures_and_none_are_answered()
    {
        OcrResult two = await demo.Engine.ReadAsync(AboutSign with { Pictures = [DemoEngine.Document(Sign), DemoEngine.Document("08-card-en.png")], MaxTokens = 5 });
        Assert.Equal(2, two.Pages.Count);
        OcrResult none = await demo.Engine.ReadAsync(new OcrRequest { Task = OcrTask.Free, Prompt = "hello", MaxTokens = 5 });
        Assert.Equal((0, 0), (none.ImageTokens, none.Pages.Count));
    }

    [Fact]
    public async Task The_engine_finds_itself_whole()
    {
        SelfCheckReport report = await demo.Engine.SelfCheckAsync();
        Assert.Empty(report.Faults);
        Assert.InRange(report.CharacterErrorRate, 0, 0.2);
        Assert.True(report.FilesChecked > 5);
    }

    [Fact]
    public void Status_says_what_runs_where()
    {
        EngineStatus status = demo.Engine.Status;
        Assert.Equal(("demo", "fp32", 4096, "cpu"), (status.Model.Name, status.Model.Precision, status.Model.ContextLength, status.Device));
        Assert.Null(status.Fault);
        Assert.Equal((64, 8 * 2048 / 64), (status.BlockSize, status.BlocksTotal));
        Assert.Empty(status.Notes);
    }

    private async Task<List<OcrEvent>> Events(OcrRequest request)
    {
        List<OcrEvent> events = [];
        await foreach (OcrEvent happened in demo.Engine.StreamAsync(request))
            events.Add(happened);
        return events;
    }
}
