using System.Data.Common;
using HunyuanOcr.Web.Documents;
using HunyuanOcr.Web.Hosting;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Npgsql;

namespace HunyuanOcr.Web.Persistence;

/// <summary>Ends the start with words for the operator.</summary>
internal sealed class DatabaseStartException(string fault, Exception? inner = null) : Exception(fault, inner);

/// <summary>Brings the database to the present schema before anything else starts; of several servers that start at once one does it, the others wait.</summary>
internal sealed class DatabaseStart(StudioDatabases databases, StudioOptions options) : IHostedService
{
    /// <summary>Any number that no other program on the same database takes for its own lock.</summary>
    private const long AdvisoryLock = 0x48756E7975616E;

    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(2);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (databases.IsFile)
                await OpenFileAsync(cancellationToken);
            else
                await OpenServerAsync(cancellationToken);
        }
        catch (Exception e) when (e is DbException or IOException or UnauthorizedAccessException || e.InnerException is DbException)
        {
            throw new DatabaseStartException(DatabaseFaults.AtStart(e, databases.Place), e);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        // Only a closed SQLite database takes its write-ahead log back into the one file that people copy.
        if (databases.IsFile)
            SqliteConnection.ClearAllPools();
        return Task.CompletedTask;
    }

    private async Task OpenFileAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(databases.Place)!);
        await using FileStream turn = await TurnAsync(databases.Place + ".lock", cancellationToken);
        await using StudioDatabase database = databases.CreateDbContext();
        await database.Database.OpenConnectionAsync(cancellationToken);
        await database.Database.ExecuteSqlRawAsync("PRAGMA journal_mode=WAL", cancellationToken);
        // EF's own lock is a row that outlives a killed process. It is this server's turn, so nobody holds it.
        await database.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancellationToken);
        await database.Database.MigrateAsync(cancellationToken);
    }

    private async Task OpenServerAsync(CancellationToken cancellationToken)
    {
        await using NpgsqlConnection turn = new(options.Storage.ConnectionString);
        await turn.OpenAsync(cancellationToken);
        await using (NpgsqlCommand take = new("SELECT pg_advisory_lock(@key)", turn) { Parameters = { new("key", AdvisoryLock) }, CommandTimeout = (int)_patience.TotalSeconds })
            await take.ExecuteNonQueryAsync(cancellationToken);
        await using StudioDatabase database = databases.CreateDbContext();
        await database.Database.MigrateAsync(cancellationToken);
        await using NpgsqlCommand give = new("SELECT pg_advisory_unlock(@key)", turn) { Parameters = { new("key", AdvisoryLock) } };
        await give.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>A file that one process at a time holds open; the system lets go of it with the process.</summary>
    private static async Task<FileStream> TurnAsync(string path, CancellationToken cancellationToken)
    {
        DateTime until = DateTime.UtcNow + _patience;
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e) when (e.GetType() == typeof(IOException) && DateTime.UtcNow < until && !FullDisk.Is(e))
            {
                await Task.Delay(200, cancellationToken);
            }
        }
    }
}
