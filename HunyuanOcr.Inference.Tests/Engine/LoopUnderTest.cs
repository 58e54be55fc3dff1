using HunyuanOcr.Inference.Engine;
using HunyuanOcr.Inference.Imaging;
using HunyuanOcr.Inference.Prompting;
using HunyuanOcr.Inference.Sampling;
using HunyuanOcr.Inference.Tests.Scheduling;

namespace HunyuanOcr.Inference.Tests.Engine;

/// <summary>An engine loop over a fake model, with invariants checked after every step.</summary>
internal sealed class LoopUnderTest : IDisposable
{
    /// <summary>For what never comes; a busy machine may need half a minute for fifty pictures that each go from thread to thread.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    public LoopUnderTest(FakeModelRunner? runner = null, int maxSequences = 4, int maxScheduledTokens = 32, int queueLength = 4000, long visionCacheBytes = 10_000)
    {
        Runner = runner ?? new FakeModelRunner();
        Loop = new EngineLoop(new EngineLoopOptions
        {
            MaxSequences = maxSequences, MaxScheduledTokens = maxScheduledTokens, QueueLength = queueLength,
            VisionCacheBytes = visionCacheBytes, EndTokens = [FakeModelRunner.EndToken], ChecksInvariants = true,
        }, Runner, Decode, TimeProvider.System);
    }

    public FakeModelRunner Runner { get; }

    public EngineLoop Loop { get; }

    /// <summary>Called when a picture is decoded; may throw or wait.</summary>
    public Action<OcrPicture>? BeforeDecode { get; set; }

    /// <summary>Patches across that a picture turns out to have; 4 are announced.</summary>
    public Func<OcrPicture, int> GridWidth { get; set; } = _ => 4;

    public int DecodeCount;

    /// <summary>Memory of the pictures that were decoded.</summary>
    public PixelPool Pixels { get; } = new();

    /// <summary>A request for <paramref name="answerTokens"/> tokens after a prompt whose ids start at <paramref name="first"/>.</summary>
    public RunningRequest Submit(int promptTokens, int answerTokens, int first = 100, ulong? seed = null) =>
        Loop.Submit(new PreparedRequest(Sequences.TextPrompt(promptTokens, first), [], State(seed), promptTokens + answerTokens), new RequestClock(TimeProvider.System));

    /// <summary>A request about one-byte pictures: a grid of 2 x 4 patches, five vectors.</summary>
    public RunningRequest SubmitPictures(int answerTokens, params byte[] pictures)
    {
        int[] ids = [2, .. Enumerable.Repeat(8, pictures.Length * 5), 3];
        ImageSpan[] spans = [.. pictures.Select((_, i) => new ImageSpan(1 + (i * 5), 2, 4, 5))];
        var prompt = new Prompt(ids, spans, new int[4 * ids.Length]);
        RequestPicture[] requested = [.. pictures.Select(b => new RequestPicture(new OcrPicture(new[] { b }, $"picture {b}"), $"key {b}", new OcrPageSize(64, 32, 64, 32), 5))];
        return Loop.Submit(new PreparedRequest(prompt, requested, State(null), ids.Length + answerTokens), new RequestClock(TimeProvider.System));
    }

    /// <summary>Reads a request's news to the end.</summary>
    public static async Task<(int[] Tokens, RequestEnd End)> Answer(RunningRequest request)
    {
        List<RequestNews> news = await News(request);
        return ([.. news.Where(n => n.Kind == RequestNewsKind.Token).Select(n => n.Choice.Id)], news[^1].End!);
    }

    public static async Task<List<RequestNews>> News(RunningRequest request)
    {
        List<RequestNews> news = [];
        using var patience = new CancellationTokenSource(Patience);
        await foreach (RequestNews item in request.News.ReadAllAsync(patience.Token))
            news.Add(item);
        return news;
    }

    public void Dispose() => Loop.Dispose();

    private ScaledPicture Decode(OcrPicture picture, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref DecodeCount);
        BeforeDecode?.Invoke(picture);
        RgbImage image = new(GridWidth(picture) * 16, 32, Pixels);
        image.Pixels.Fill(picture.Bytes.Span[0]);
        return new ScaledPicture(image, new PatchExtractor(new PreprocessorOptions()));
    }

    private static SamplingState State(ulong? seed) =>
        new(new SamplingChoice(seed is null ? 0 : 1, 0, 1, 1, seed ?? 0, []), []);
}
