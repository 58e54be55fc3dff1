using Microsoft.EntityFrameworkCore.Design;

namespace HunyuanOcr.Web.Persistence;

/// <summary>For dotnet ef, which writes the migrations and opens no database: docs/storage.md has the commands.</summary>
internal sealed class SqliteDesign : IDesignTimeDbContextFactory<SqliteDatabase>
{
    public SqliteDatabase CreateDbContext(string[] args) => new(StudioDatabases.Sqlite("studio.db"));
}

/// <summary>As <see cref="SqliteDesign"/>.</summary>
internal sealed class PostgresDesign : IDesignTimeDbContextFactory<PostgresDatabase>
{
    public PostgresDatabase CreateDbContext(string[] args) => new(StudioDatabases.Postgres("Host=localhost"));
}
