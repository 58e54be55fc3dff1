using HunyuanOcr.Inference;
using HunyuanOcr.Web.Documents;
using HunyuanOcr.Web.Recognise;
using HunyuanOcr.Web.Tests.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace HunyuanOcr.Web.Tests.Recognise;

public sealed class ReadingPileTests
{
    [Fact]
    public async Task Pages_are_read_in_order_and_one_that_cannot_be_drawn_ends_only_itself()
    {
        List<string> read = [];
        using ReadingPile pile = Pile(5, (number, _) => number == 3
            ? throw new DocumentRefusedException(new(RefusalCode.PdfDamaged, "a.pdf", 10, Page: 3))
            : Task.FromResult(Document(number)));
        await pile.ReadAsync((document, _) => Started(document, new ScriptedReader
        {
            Script = (request, cancel) =>
            {
                lock (read)
                    read.Add(request.Pictures[0].Name);
                return (ScriptedAnswer.Invoice with { Pace = TimeSpan.Zero }).PlayAsync(cancel);
            },
        }));
        Assert.Equal([PageState.Doubtful, PageState.Doubtful, PageState.Failed, PageState.Doubtful, PageState.Doubtful], pile.Pages.Select(page => page.State));
        Assert.Equal(4, read.Count);
        Assert.Equal([1, 2, 4, 5], pile.Read.Select(page => page.Number));
        Assert.NotNull(pile.Ended);
    }

    [Fact]
    public async Task Cancelling_ends_what_is_read_and_leaves_the_rest_unread()
    {
        // Many times: a page that waits for its turn is handed the place of one that has just been cancelled, now and then.
        for (int i = 0; i < 40; i++)
        {
            using ReadingPile pile = Pile(8, (number, _) => Task.FromResult(Document(number)));
            Task reading = pile.ReadAsync((document, _) => Started(document, new ScriptedReader { Script = static (_, cancel) => (ScriptedAnswer.Invoice with { Hold = (2, new TaskCompletionSource().Task) }).PlayAsync(cancel) }));
            while (pile.Pages.Count(page => page.Run is { HasText: true }) < 4)
                await Task.Delay(5);
            pile.Cancel();
            await reading.WaitAsync(TimeSpan.FromSeconds(60));
            Assert.All(pile.Pages, page => Assert.Equal(PageState.Cancelled, page.State));
            Assert.Equal(4, pile.Pages.Count(page => page.Run is not null));
        }
    }

    private static ReadingPile Pile(int pages, DrawPage draw) => new("p", "o", "a.pdf", 10, pages, new ReadingTask(), draw, NullLogger.Instance);

    private static StoredDocument Document(int number) => new($"d{number}", "o", $"a.pdf {number}", $"c{number}", "image/png", 10, 1240, 1754, DateTimeOffset.UnixEpoch);

    private static RecogniseRun Started(StoredDocument document, ScriptedReader reader)
    {
        RecogniseRun run = new(document.Id, document, new ReadingTask(), 1_000_000, NullLogger.Instance);
        var host = ReaderHostTests.Host((_, _) => Task.FromResult<IPageReader>(reader));
        run.Reading = Task.Run(async () =>
        {
            await host.StartAsync(CancellationToken.None);
            await run.ReadAsync(host, _ => Task.FromResult(new OcrRequest { Pictures = [new OcrPicture(new byte[1], document.Name)] }));
            await host.StopAsync(CancellationToken.None);
        });
        return run;
    }
}
