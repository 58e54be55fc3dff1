using HunyuanOcr.Web.Documents;
using HunyuanOcr.Web.Recognise;
using Microsoft.Extensions.DependencyInjection;

namespace HunyuanOcr.Web.Tests.Recognise;

public sealed class RecogniseRunsTests
{
    [Fact]
    public async Task A_run_leaves_the_context_of_the_page_that_began_it()
    {
        using TestApp app = new();
        using MemoryStream picture = new(TestPictures.Png(64, 64));
        StoredDocument document = await app.Services.GetRequiredService<DocumentStore>().SaveAsync("owner", "a.png", picture, CancellationToken.None);
        RecogniseRuns runs = app.Services.GetRequiredService<RecogniseRuns>();
        PageContext page = new();
        SynchronizationContext? before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(page);
        RecogniseRun run = runs.Start(document, new ReadingTask());
        SynchronizationContext.SetSynchronizationContext(before);
        await run.Reading.WaitAsync(TimeSpan.FromSeconds(60));
        Assert.Equal((RunPhase.Done, 0), (run.View().Phase, page.Posts));
    }

    /// <summary>Where a page draws, one thing after another; nothing else belongs there.</summary>
    private sealed class PageContext : SynchronizationContext
    {
        private int _posts;

        internal int Posts => Volatile.Read(ref _posts);

        public override void Post(SendOrPostCallback d, object? state)
        {
            Interlocked.Increment(ref _posts);
            base.Post(d, state);
        }
    }
}
