using System.Data.Common;
using HunyuanOcr.Web.Documents;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace HunyuanOcr.Web.Persistence;

/// <summary>What a database's errors mean to the person who can mend them.</summary>
internal static class DatabaseFaults
{
    // Result codes of SQLite, https://sqlite.org/rescode.html
    private const int SqliteBusy = 5, SqliteReadOnly = 8, SqliteInputOutput = 10, SqliteCorrupt = 11, SqliteFull = 13, SqliteCannotOpen = 14, SqliteNotADatabase = 26;

    /// <summary>A sentence with the remedy, for the end of a start.</summary>
    internal static string AtStart(Exception e, string place) => Cause(e) switch
    {
        SqliteException { SqliteErrorCode: SqliteCorrupt or SqliteNotADatabase } => $"The database {place} is damaged or not a database. It was left as it is: put a backup in its place (docs/storage.md), or move it away to start with an empty one.",
        SqliteException { SqliteErrorCode: SqliteReadOnly or SqliteCannotOpen } or UnauthorizedAccessException => $"The database {place} cannot be written: let the server's user write to its folder, or set Storage:DocumentFolder to another.",
        SqliteException { SqliteErrorCode: SqliteFull } => $"The disk of the database {place} is full: make room and start again.",
        SqliteException { SqliteErrorCode: SqliteBusy } => $"The database {place} is held by another program: end it, or give this server a Storage:DocumentFolder of its own.",
        IOException io when FullDisk.Is(io) => $"The disk of the database {place} is full: make room and start again.",
        PostgresException postgres => $"PostgreSQL refused the database {place}: {postgres.MessageText} ({postgres.SqlState}). Check Storage:ConnectionString and the rights of its user.",
        NpgsqlException unreachable => $"The database {place} cannot be reached: {unreachable.Message} Check Storage:ConnectionString and that the server runs.",
        Exception other => $"The database {place} cannot be opened: {other.Message}",
    };

    /// <summary>"full", "readonly", "damaged" or "gone": a key that the page has words for.</summary>
    internal static string Kind(Exception e) => Cause(e) switch
    {
        SqliteException { SqliteErrorCode: SqliteFull } => "full",
        SqliteException { SqliteErrorCode: SqliteReadOnly or SqliteCannotOpen } or UnauthorizedAccessException => "readonly",
        SqliteException { SqliteErrorCode: SqliteCorrupt or SqliteNotADatabase or SqliteInputOutput } => "damaged",
        PostgresException { SqlState: PostgresErrorCodes.DiskFull } => "full",
        PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction } => "readonly",
        IOException io when FullDisk.Is(io) => "full",
        _ => "gone",
    };

    /// <summary>Whether the database itself said it; EF wraps that once.</summary>
    internal static bool IsDatabase(Exception e) => e is DbException or { InnerException: DbException };

    /// <summary>Whether an error is the storage's (the database, or the disk below it and the documents), not the program's.</summary>
    internal static bool IsOf(Exception e) => IsDatabase(e) || e is IOException or UnauthorizedAccessException or { InnerException: TimeoutException };

    /// <summary>EF wraps what the database said.</summary>
    private static Exception Cause(Exception e)
    {
        for (Exception? at = e; at is not null; at = at.InnerException)
            if (at is DbException or IOException or UnauthorizedAccessException)
                return at;
        return e;
    }
}
