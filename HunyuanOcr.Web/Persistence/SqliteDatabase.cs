using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace HunyuanOcr.Web.Persistence;

/// <summary>The database in one file. SQLite has no type for moments and compares texts of them wrongly, so they are microseconds since 1970.</summary>
internal sealed class SqliteDatabase(DbContextOptions<SqliteDatabase> options) : StudioDatabase(options)
{
    protected override void ConfigureConventions(ModelConfigurationBuilder conventions) =>
        conventions.Properties<DateTimeOffset>().HaveConversion<Microseconds>();

    private sealed class Microseconds() : ValueConverter<DateTimeOffset, long>(
        moment => (moment.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond,
        count => DateTimeOffset.UnixEpoch.AddTicks(count * TimeSpan.TicksPerMicrosecond));
}
