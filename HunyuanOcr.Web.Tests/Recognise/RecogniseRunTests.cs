using HunyuanOcr.Inference;
using HunyuanOcr.Web.Documents;
using HunyuanOcr.Web.Hosting;
using HunyuanOcr.Web.Recognise;
using HunyuanOcr.Web.Tests.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace HunyuanOcr.Web.Tests.Recognise;

public sealed class RecogniseRunTests
{
    private static readonly StoredDocument _document = new("d", "o", "a.png", "c", "image/png", 10, 1240, 1754, DateTimeOffset.UnixEpoch);

    [Fact]
    public async Task A_finished_run_has_all_lines_and_the_engines_own_times()
    {
        RunView view = await ReadAsync(_document, Playing(ScriptedAnswer.Invoice));
        Assert.Equal(RunPhase.Done, view.Phase);
        Assert.Equal(7, view.Lines.Count);
        Assert.Equal(TimeSpan.FromSeconds(5.6), view.Total);
        Assert.Equal(TimeSpan.FromMilliseconds(420), view.FirstToken);
        Assert.Equal("", view.Tail);
    }

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task Every_error_of_the_engine_has_a_code_of_its_own_and_keeps_the_lines(OcrException error, string code)
    {
        RunView view = await ReadAsync(_document, Playing(ScriptedAnswer.Invoice with { Fail = (2, error) }));
        Assert.Equal((RunPhase.Failed, code, 2), (view.Phase, view.Fault?.Code, view.Lines.Count));
    }

    public static TheoryData<OcrException, string> Errors() => new()
    {
        { new OcrPictureException(OcrPictureFault.Damaged, "a.png", "cut"), "picture" },
        { new OcrRequestException("MaxTokens", "too long"), "request" },
        { new OcrQueueFullException(8), "queue_full" },
        { new OcrEngineException("fault", engineDead: false), "engine" },
    };

    [Fact]
    public async Task An_error_that_nobody_foresaw_ends_the_run_and_is_not_shown_in_its_own_words()
    {
        RunView view = await ReadAsync(_document, Playing(ScriptedAnswer.Invoice with { Fail = (1, new InvalidCastException("secret path")) }));
        Assert.Equal(("internal", ""), (view.Fault?.Code, view.Fault?.Detail));
    }

    [Fact]
    public async Task A_cancel_while_it_waits_for_the_model_ends_the_run()
    {
        using ReaderHost host = ReaderHostTests.Host(static async (_, cancel) => { await Task.Delay(Timeout.Infinite, cancel); return new ScriptedReader(); });
        await host.StartAsync(CancellationToken.None);
        using RecogniseRun run = new("r", _document, new ReadingTask(), 1, NullLogger.Instance);
        Task reading = run.ReadAsync(host, _ => Task.FromResult(new OcrRequest()));
        Assert.Equal(RunPhase.GettingReady, run.View().Phase);
        run.Cancel();
        await reading.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal(RunPhase.Cancelled, run.View().Phase);
        await host.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_run_whose_engine_cannot_be_loaded_says_so_and_promises_no_fresh_one()
    {
        using ReaderHost host = ReaderHostTests.Host(static (_, _) => throw new InvalidOperationException("no memory"));
        await host.StartAsync(CancellationToken.None);
        using RecogniseRun run = new("r", _document, new ReadingTask(), 1, NullLogger.Instance);
        await run.ReadAsync(host, _ => Task.FromResult(new OcrRequest())).WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal((RunPhase.Failed, "engine_stopped"), (run.View().Phase, run.View().Fault?.Code));
        await host.StopAsync(CancellationToken.None);
    }

    internal static async Task<RunView> ReadAsync(StoredDocument document, ScriptedReader reader)
    {
        using ReaderHost host = ReaderHostTests.Host((_, _) => Task.FromResult<IPageReader>(reader));
        await host.StartAsync(CancellationToken.None);
        using RecogniseRun run = new("r", document, new ReadingTask(), 50_000_000, NullLogger.Instance);
        await run.ReadAsync(host, _ => Task.FromResult(new OcrRequest())).WaitAsync(TimeSpan.FromSeconds(60));
        await host.StopAsync(CancellationToken.None);
        return run.View();
    }

    private static ScriptedReader Playing(ScriptedAnswer answer) => new() { Script = (_, cancel) => (answer with { Pace = TimeSpan.Zero }).PlayAsync(cancel) };
}
