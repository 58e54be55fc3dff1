using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace HunyuanOcr.Web.Persistence;

/// <summary>The database on a PostgreSQL server, which several servers share. Its moments are kept in UTC.</summary>
internal sealed class PostgresDatabase(DbContextOptions<PostgresDatabase> options) : StudioDatabase(options)
{
    protected override void ConfigureConventions(ModelConfigurationBuilder conventions) =>
        conventions.Properties<DateTimeOffset>().HaveConversion<Utc>();

    private sealed class Utc() : ValueConverter<DateTimeOffset, DateTimeOffset>(moment => moment.ToUniversalTime(), moment => moment);
}
