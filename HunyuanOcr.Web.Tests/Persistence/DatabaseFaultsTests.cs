using HunyuanOcr.Web.Hosting;
using HunyuanOcr.Web.Persistence;
using HunyuanOcr.Web.Tests.Hosting;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

namespace HunyuanOcr.Web.Tests.Persistence;

public sealed class DatabaseFaultsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hunyuanocr-faults-").FullName;

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        TestFolder.Delete(_folder);
    }

    [Fact]
    public async Task A_damaged_database_ends_the_start_with_words_and_is_left_as_it_is()
    {
        string path = Path.Combine(_folder, "studio.db");
        await File.WriteAllTextAsync(path, new string('x', 9000));
        DatabaseStartException error = await Assert.ThrowsAsync<DatabaseStartException>(() => StartAsync());
        Assert.Contains("damaged", error.Message, StringComparison.Ordinal);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
        Assert.Equal(new string('x', 9000), await File.ReadAllTextAsync(path));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_ends_the_start_with_words()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "file"), "");
        StudioOptions options = ReaderHostTests.Options(Path.Combine(_folder, "file", "data"));
        DatabaseStartException error = await Assert.ThrowsAsync<DatabaseStartException>(() => new DatabaseStart(new StudioDatabases(options), options).StartAsync(CancellationToken.None));
        Assert.Contains("studio.db", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lock_that_a_killed_server_left_does_not_stop_the_next_start()
    {
        StudioDatabases databases = await StartAsync();
        await using (StudioDatabase database = databases.CreateDbContext())
            await database.Database.ExecuteSqlRawAsync("CREATE TABLE IF NOT EXISTS \"__EFMigrationsLock\" (\"Id\" INTEGER PRIMARY KEY, \"Timestamp\" TEXT NOT NULL); INSERT OR REPLACE INTO \"__EFMigrationsLock\" VALUES (1, '2026-01-01')");
        await StartAsync().WaitAsync(TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task What_a_full_database_does_not_take_waits_and_is_written_once_there_is_room()
    {
        StudioDatabases databases = await StartAsync();
        FullFactory full = new(databases);
        using RunKeeper keeper = new(full, TimeProvider.System, NullLogger<RunKeeper>.Instance);
        full.IsFull = true;
        await keeper.KeepAsync(Rows.View(new string('x', 200_000)), Rows.Moment);
        Assert.Equal((1, "full"), (keeper.Waiting, keeper.FaultKind));
        await using StudioDatabase database = databases.CreateDbContext();
        Assert.Equal(0, await database.Runs.CountAsync());
        full.IsFull = false;
        await keeper.CatchUpAsync();
        Assert.Equal((0, 1), (keeper.Waiting, await database.Runs.CountAsync()));
    }

    [Fact]
    public async Task A_transaction_that_a_kill_cut_off_leaves_nothing_half_there()
    {
        StudioDatabases databases = await StartAsync();
        string copy = Path.Combine(_folder, "copy");
        Directory.CreateDirectory(copy);
        await using (StudioDatabase database = databases.CreateDbContext())
        {
            database.Runs.Add(Rows.Row("whole"));
            await database.SaveChangesAsync();
            await using var transaction = await database.Database.BeginTransactionAsync();
            database.Runs.Add(Rows.Row("cut off"));
            await database.SaveChangesAsync();
            // The files of this moment are what a killed process leaves.
            foreach (string file in Directory.EnumerateFiles(_folder, "studio.db*").Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)))
            {
                await using FileStream from = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite), to = File.Create(Path.Combine(copy, Path.GetFileName(file)));
                await from.CopyToAsync(to);
            }
        }
        await using StudioDatabase after = (await StartAsync(copy)).CreateDbContext();
        Assert.Equal("whole", (await after.Runs.SingleAsync()).Text);
    }

    private async Task<StudioDatabases> StartAsync(string? folder = null)
    {
        StudioOptions options = ReaderHostTests.Options(folder ?? _folder);
        StudioDatabases databases = new(options);
        await new DatabaseStart(databases, options).StartAsync(CancellationToken.None);
        return databases;
    }

    /// <summary>A database that may not grow by a page: SQLite says then what it says on a full disk.</summary>
    private sealed class FullFactory(StudioDatabases databases) : IDbContextFactory<StudioDatabase>
    {
        internal bool IsFull { get; set; }

        public StudioDatabase CreateDbContext()
        {
            StudioDatabase database = databases.CreateDbContext();
            database.Database.OpenConnection();
            database.Database.ExecuteSqlRaw(IsFull ? "PRAGMA max_page_count = 1" : "PRAGMA max_page_count = 1000000");
            return database;
        }
    }
}
