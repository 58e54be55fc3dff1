using System.Data.Common;
using HunyuanOcr.Web.Persistence;
using HunyuanOcr.Web.Security;
using HunyuanOcr.Web.Tests.Hosting;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace HunyuanOcr.Web.Tests.Security;

public sealed class KeyRingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hunyuanocr-keys-").FullName;

    public void Dispose() => TestFolder.Delete(_folder);

    [Fact]
    public async Task A_key_revoked_while_the_keys_are_being_read_stops_working_at_once()
    {
        Database database = new(Path.Combine(_folder, "keys.db"));
        await using (StudioDatabase made = database.CreateDbContext())
            await made.Database.MigrateAsync();
        ApiKeyTable table = new(database, TimeProvider.System);
        (string id, string secret) = await table.AddAsync("Scanner", admin: false, CancellationToken.None);
        using KeyRing ring = new(table, ReaderHostTests.Options(_folder), TimeProvider.System);
        database.AfterRead = async () =>
        {
            await table.RevokeAsync(id, CancellationToken.None);
            ring.Forget();
        };
        await ring.FindAsync("of nobody", CancellationToken.None);
        Assert.Null(await ring.FindAsync(secret, CancellationToken.None));
    }

    /// <summary>A database in a file, which lets something happen once between the reading of rows and whoever asked for them.</summary>
    private sealed class Database(string path) : DbCommandInterceptor, IDbContextFactory<StudioDatabase>
    {
        internal Func<Task>? AfterRead { get; set; }

        public StudioDatabase CreateDbContext() => new SqliteDatabase(new DbContextOptionsBuilder<SqliteDatabase>(StudioDatabases.Sqlite(path)).AddInterceptors(this).Options);

        public override async ValueTask<InterceptionResult> DataReaderClosingAsync(DbCommand command, DataReaderClosingEventData eventData, InterceptionResult result)
        {
            if (AfterRead is { } then)
            {
                AfterRead = null;
                await then();
            }
            return result;
        }
    }
}
