using HunyuanOcr.Web.Hosting;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace HunyuanOcr.Web.Persistence;

/// <summary>Opens the database that the settings name.</summary>
internal sealed class StudioDatabases : IDbContextFactory<StudioDatabase>
{
    /// <summary>How long a writer waits for another before it gives up, in seconds.</summary>
    private const int BusySeconds = 30;

    private readonly DbContextOptions<SqliteDatabase>? _sqlite;
    private readonly DbContextOptions<PostgresDatabase>? _postgres;

    public StudioDatabases(StudioOptions options)
    {
        if (options.Storage.Provider == StorageProvider.Postgres)
        {
            NpgsqlConnectionStringBuilder builder = new(options.Storage.ConnectionString) { ApplicationName = "HunyuanOcr" };
            Place = $"{builder.Database ?? builder.Username} on {builder.Host}";
            _postgres = Postgres(builder.ConnectionString);
        }
        else
        {
            SqliteConnectionStringBuilder builder = new(options.Storage.ConnectionString);
            Place = Path.GetFullPath(builder.DataSource, options.Storage.DocumentFolder);
            _sqlite = Sqlite(Place);
        }
    }

    /// <summary>Where it is, for messages: a path, or a database and its host.</summary>
    internal string Place { get; }

    /// <summary>Whether it is a file of this machine.</summary>
    internal bool IsFile => _sqlite is not null;

    public StudioDatabase CreateDbContext() => _sqlite is not null ? new SqliteDatabase(_sqlite) : new PostgresDatabase(_postgres!);

    internal static DbContextOptions<SqliteDatabase> Sqlite(string path) => new DbContextOptionsBuilder<SqliteDatabase>()
        .UseSqlite(new SqliteConnectionStringBuilder { DataSource = path, DefaultTimeout = BusySeconds, ForeignKeys = true }.ConnectionString)
        .Options;

    internal static DbContextOptions<PostgresDatabase> Postgres(string connection) => new DbContextOptionsBuilder<PostgresDatabase>()
        .UseNpgsql(connection, static npgsql => npgsql.EnableRetryOnFailure(3, TimeSpan.FromSeconds(2), null))
        .Options;
}
