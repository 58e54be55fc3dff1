using HunyuanOcr.Web.Hosting;
using HunyuanOcr.Web.Persistence;
using HunyuanOcr.Web.Recognise;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;

namespace HunyuanOcr.Web.Tests.Persistence;

/// <summary>Everything that both databases must do alike, in SQLite and in a real PostgreSQL.</summary>
public sealed class StudioDatabaseTests(PostgresServer postgres) : IClassFixture<PostgresServer>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hunyuanocr-database-").FullName;

    public void Dispose()
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(_folder, recursive: true);
    }

    [SkippableTheory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task The_committed_migrations_make_the_present_model_and_several_servers_may_apply_them_at_once(string provider)
    {
        StudioOptions options = await OptionsAsync(provider);
        StudioDatabases[] servers = [new(options), new(options), new(options)];
        await Task.WhenAll(servers.Select(server => new DatabaseStart(server, options).StartAsync(CancellationToken.None)));
        await using StudioDatabase database = servers[0].CreateDbContext();
        Assert.False(database.Database.HasPendingModelChanges());
        Assert.Empty(await database.Database.GetPendingMigrationsAsync());
        Assert.Equal(0, await database.Runs.CountAsync() + await database.ApiKeys.CountAsync() + await database.Batches.CountAsync() + await database.BatchItems.CountAsync());
    }

    [SkippableTheory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_run_comes_back_as_it_was_and_what_a_model_may_write_does_not_break_the_row(string provider)
    {
        StudioDatabases databases = await OpenAsync(provider);
        RunView view = Rows.View("a\0b \ud800 <script>", name: "é.PNG");
        await using (StudioDatabase database = databases.CreateDbContext())
        {
            database.Runs.Add(RunRecord.Of(view, Rows.Moment.AddTicks(10)));
            await database.SaveChangesAsync();
        }
        await using StudioDatabase again = databases.CreateDbContext();
        Run row = await again.Runs.SingleAsync();
        RunView back = RunRecord.View(row, view.Document);
        Assert.Equal(Rows.Moment.AddTicks(10), row.CreatedAt);
        Assert.Equal(("scaled_down length", "ab \ufffd <script>"), (row.Warnings, row.Text));
        Assert.Equal((view.Id, view.Phase, view.Page, view.Tokens, view.Total, view.FirstToken), (back.Id, back.Phase, back.Page, back.Tokens, back.Total, back.FirstToken));
        Assert.Equal((view.Lines[0].Box, view.Lines[0].Confidence), (back.Lines[0].Box, back.Lines[0].Confidence));
        Assert.Equal((view.Result!.FinishReason, view.Result.Timings, 7), (back.Result!.FinishReason, back.Result.Timings, back.Result.Tokens.Count));
        Assert.True(view.Task.AsksAs(back.Task));
        Assert.Equal((512, 0.8), (back.Task.LargestSide, back.Task.DoubtfulBelow));
        Assert.Equal(view.By, back.By);
        RunView fields = Rows.View(kind: TaskKind.Fields);
        Assert.Equal(fields.Result!.Fields, RunRecord.View(RunRecord.Of(fields, Rows.Moment), fields.Document).Result!.Fields);
    }

    [SkippableTheory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_filter_finds_words_in_any_case_and_script_and_never_anothers_run(string provider)
    {
        StudioDatabases databases = await OpenAsync(provider);
        await using StudioDatabase database = databases.CreateDbContext();
        database.Runs.AddRange(
            Rows.Row("西湖龙井 Longjing 100%", name: "Straße.png"),
            Rows.Row("Total 100 of them_", name: "b.png", kind: TaskKind.Fields, at: Rows.Moment.AddDays(-3)),
            Rows.Row("cut_lowered_", name: "c.png", phase: RunPhase.Cancelled, at: Rows.Moment.AddDays(-40)),
            Rows.Row("Longjing of another", owner: "other"));
        await database.SaveChangesAsync();
        Task<List<string>> Names(RunFilter filter) => filter.Sort(filter.Apply(database.Runs, "owner", Rows.Moment)).Select(run => run.FileName).ToListAsync();
        Assert.Equal(["Straße.png", "b.png", "c.png"], await Names(new()));
        Assert.Equal(["Straße.png"], await Names(new("LONGJING 龙井")));
        Assert.Equal(["Straße.png"], await Names(new("straße")));
        Assert.Equal(["Straße.png"], await Names(new("100%")));
        Assert.Equal(["c.png"], await Names(new("_lowered_")));
        Assert.Equal(["b.png"], await Names(new(Task: TaskKind.Fields)));
        Assert.Equal(["c.png"], await Names(new(State: RunState.Cancelled)));
        Assert.Equal(["b.png", "Straße.png"], await Names(new(Days: 7, Order: RunOrder.Oldest)));
        Assert.Empty(await Names(new("' OR 1=1 --")));
    }

    [SkippableTheory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task Of_two_servers_that_take_an_item_of_a_batch_one_gets_it(string provider)
    {
        StudioDatabases databases = await OpenAsync(provider);
        await using (StudioDatabase database = databases.CreateDbContext())
        {
            database.Batches.Add(new Batch { Id = "b", Owner = "owner", Name = "n", Options = "{}", CreatedAt = Rows.Moment });
            database.BatchItems.Add(new BatchItem { Id = "i", BatchId = "b", Position = 0, FileName = "a.png" });
            await database.SaveChangesAsync();
        }
        await using StudioDatabase first = databases.CreateDbContext(), second = databases.CreateDbContext();
        BatchItem mine = await first.BatchItems.SingleAsync(), theirs = await second.BatchItems.SingleAsync();
        (mine.State, mine.LeasedBy, mine.LeasedUntil) = (BatchItemState.Reading, "one", Rows.Moment.AddMinutes(1));
        (theirs.State, theirs.LeasedBy, theirs.LeasedUntil) = (BatchItemState.Reading, "two", Rows.Moment.AddMinutes(1));
        await first.SaveChangesAsync();
        await Assert.ThrowsAsync<DbUpdateConcurrencyException>(() => second.SaveChangesAsync());
    }

    [SkippableTheory]
    [InlineData("sqlite")]
    [InlineData("postgres")]
    public async Task A_sweep_removes_the_old_and_the_deleted_but_neither_pinned_runs_nor_documents_in_use(string provider)
    {
        StudioDatabases databases = await OpenAsync(provider);
        RunView kept = Rows.View(name: "pinned"), shared = Rows.View(name: "old");
        Run pinned = RunRecord.Of(kept, Rows.Moment.AddDays(-90)), old = RunRecord.Of(shared, Rows.Moment.AddDays(-90)), fresh = RunRecord.Of(Rows.View(name: "fresh", document: shared.Document), Rows.Moment), gone = Rows.Row(name: "gone"), undoable = Rows.Row(name: "undoable");
        (pinned.Pinned, gone.DeletedAt, undoable.DeletedAt) = (true, Rows.Moment.AddHours(-1), Rows.Moment.AddMinutes(-1));
        await using StudioDatabase database = databases.CreateDbContext();
        database.Runs.AddRange(pinned, old, fresh, gone, undoable);
        await database.SaveChangesAsync();
        RunSweep sweep = new(databases);
        (IReadOnlyList<string> documents, int count) = await sweep.RemoveAsync(Rows.Moment.AddDays(-30), Rows.Moment, CancellationToken.None);
        Assert.Equal((2, gone.DocumentId), (count, Assert.Single(documents)));
        Assert.Equal([kept.Document.Id], await sweep.KeptDocumentsAsync(CancellationToken.None));
        Assert.Equal(3, await database.Runs.CountAsync());
    }

    private async Task<StudioDatabases> OpenAsync(string provider)
    {
        StudioOptions options = await OptionsAsync(provider);
        StudioDatabases databases = new(options);
        await new DatabaseStart(databases, options).StartAsync(CancellationToken.None);
        return databases;
    }

    private async Task<StudioOptions> OptionsAsync(string provider)
    {
        Dictionary<string, string?> settings = new() { ["Model:Folder"] = AppContext.BaseDirectory, ["Storage:DocumentFolder"] = Path.Combine(_folder, Guid.NewGuid().ToString("N")), ["Storage:Provider"] = provider };
        if (provider == "postgres")
        {
            Skip.If(postgres.Missing is not null, postgres.Missing);
            settings["Storage:ConnectionString"] = await postgres.NewDatabaseAsync();
        }
        StudioOptions options = StudioOptions.Read(new ConfigurationBuilder().AddInMemoryCollection(settings).Build(), AppContext.BaseDirectory, out IReadOnlyList<string> faults);
        Assert.Empty(faults);
        return options;
    }
}
