using HunyuanOcr.Web.Documents;
using HunyuanOcr.Web.Persistence;
using HunyuanOcr.Web.Recognise;
using Microsoft.Extensions.DependencyInjection;

namespace HunyuanOcr.Web.Tests.Recognise;

public sealed class ReadingPilesTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("hunyuanocr-piles-").FullName;

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        TestFolder.Delete(_data);
    }

    [Fact]
    public async Task A_pile_comes_back_after_a_restart_with_the_pages_that_were_read_and_for_its_owner_only()
    {
        string id;
        using (TestApp app = App())
        {
            DocumentStore store = app.Services.GetRequiredService<DocumentStore>();
            StoredDocument[] documents = [await SaveAsync(store, "one.png"), await SaveAsync(store, "two.png"), await SaveAsync(store, "three.png")];
            TaskCompletionSource never = new();
            // The second page is still being read when the server goes away.
            app.Reader.Script = (request, cancel) => (ScriptedAnswer.Invoice with { Pace = TimeSpan.Zero, Hold = request.Pictures[0].Name == "two.png" ? (2, never.Task) : null }).PlayAsync(cancel);
            ReadingPile pile = app.Services.GetRequiredService<ReadingPiles>().Start(documents, new ReadingTask { Prompt = "added" });
            id = pile.Id;
            using CancellationTokenSource late = new(TimeSpan.FromSeconds(60));
            while (pile.Pages.Count(page => page.Run is { Reading.IsCompleted: true }) < 2)
                await Task.Delay(10, late.Token);
        }

        using TestApp again = App();
        ReadingPiles piles = again.Services.GetRequiredService<ReadingPiles>();
        Assert.Null(piles.Find(id, "another"));
        ReadingPile back = piles.Find(id, "owner")!;
        Assert.Equal([PageState.Doubtful, PageState.Cancelled, PageState.Doubtful], back.Pages.Select(page => page.State));
        Assert.Equal(("one.png", "added", 7), (back.Name, back.Task.Prompt, back.Pages[2].Run!.View().Lines.Count));
        Assert.NotNull(back.Ended);
        Assert.Equal([1, 3], back.Read.Select(page => page.Number));
        Assert.Same(back, piles.Find(id, "owner"));
        Assert.Null(piles.Find(id, "another"));
    }

    [Fact]
    public async Task A_run_that_was_deleted_does_not_come_back_with_its_pile()
    {
        using TestApp app = App();
        DocumentStore store = app.Services.GetRequiredService<DocumentStore>();
        ReadingPiles piles = app.Services.GetRequiredService<ReadingPiles>();
        RunHistory history = app.Services.GetRequiredService<RunHistory>();
        TaskCompletionSource rest = new();
        app.Reader.Script = (request, cancel) => (ScriptedAnswer.Invoice with { Pace = TimeSpan.Zero, Hold = request.Pictures[0].Name == "two.png" ? (2, rest.Task) : null }).PlayAsync(cancel);
        ReadingPile pile = piles.Start([await SaveAsync(store, "one.png"), await SaveAsync(store, "two.png"), await SaveAsync(store, "three.png")], new ReadingTask());
        using CancellationTokenSource late = new(TimeSpan.FromSeconds(60));
        while (pile.Pages.Count(page => page.Run is { Reading.IsCompleted: true }) < 2)
            await Task.Delay(10, late.Token);

        // While the second page is still being read.
        await DeleteAsync(pile.Pages[0].Run!.Id);
        Assert.Same(pile, piles.Find(pile.Id, "owner"));
        Assert.Equal((PageState.Cancelled, null, null), (pile.Pages[0].State, pile.Pages[0].Run, pile.Pages[0].Document));

        rest.SetResult();
        while (pile.Ended is null)
            await Task.Delay(10, late.Token);
        string last = pile.Pages[2].Run!.Id;
        await DeleteAsync(pile.Pages[1].Run!.Id);
        Assert.Equal([3], piles.Find(pile.Id, "owner")!.Read.Select(page => page.Number));
        await DeleteAsync(last);
        Assert.Null(piles.Find(pile.Id, "owner"));

        async Task DeleteAsync(string run)
        {
            await history.DeleteAsync("owner", new RunFilter(), run);
            app.Services.GetRequiredService<RecogniseRuns>().Remove(run);
            piles.Remove(run);
        }
    }

    private TestApp App() => new(new() { ["Storage:DocumentFolder"] = _data });

    private static async Task<StoredDocument> SaveAsync(DocumentStore store, string name)
    {
        using MemoryStream picture = new(TestPictures.Png(64, 64));
        return await store.SaveAsync("owner", name, picture, CancellationToken.None);
    }
}
