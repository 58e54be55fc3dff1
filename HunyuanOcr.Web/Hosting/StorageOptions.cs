using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace HunyuanOcr.Web.Hosting;

/// <summary>A kind of database.</summary>
internal enum StorageProvider
{
    /// <summary>A file beside the documents; for one server.</summary>
    Sqlite,

    /// <summary>PostgreSQL; several servers share it.</summary>
    Postgres,
}

/// <summary>Where documents and records lie, and how long.</summary>
internal sealed record StorageOptions
{
    /// <summary>Which database.</summary>
    internal required StorageProvider Provider { get; init; }

    /// <summary>How it is reached.</summary>
    internal required string ConnectionString { get; init; }

    /// <summary>Where documents lie, absolute.</summary>
    internal required string DocumentFolder { get; init; }

    /// <summary>Days that runs and documents are kept; 0 keeps them.</summary>
    internal required int RetentionDays { get; init; }

    /// <summary>Whether what the API reads for a key is kept in that key's History.</summary>
    internal required bool KeepApiRuns { get; init; }

    /// <param name="contentRoot">A relative folder starts here.</param>
    internal static StorageOptions Read(SettingReader settings, string contentRoot)
    {
        string folder = Path.GetFullPath(settings.Text("Storage:DocumentFolder", "App_Data"), contentRoot);
        StorageProvider provider = settings.Choice("Storage:Provider", StorageProvider.Sqlite);
        string connection = settings.Text("Storage:ConnectionString", provider == StorageProvider.Sqlite ? $"Data Source={Path.Combine(folder, "studio.db")}" : "");
        if (connection.Length == 0)
            settings.Fault("Storage:ConnectionString is not set, and Storage:Provider is postgres: give something like \"Host=db;Database=hunyuanocr;Username=hunyuanocr;Password=...\".");
        else if (provider == StorageProvider.Postgres ? !ReadableBy<NpgsqlConnectionStringBuilder>(connection) : !ReadableBy<SqliteConnectionStringBuilder>(connection))
            settings.Fault($"Storage:ConnectionString cannot be read for Storage:Provider={provider.ToString().ToLowerInvariant()}: give Name=Value; pairs that it knows, such as \"{(provider == StorageProvider.Postgres ? "Host=db;Database=hunyuanocr;Username=hunyuanocr;Password=..." : "Data Source=studio.db")}\".");
        return new()
        {
            Provider = provider,
            ConnectionString = connection,
            DocumentFolder = folder,
            RetentionDays = settings.Number("Storage:RetentionDays", 30, 0, 36_500, "days"),
            KeepApiRuns = settings.Flag("Storage:KeepApiRuns", true),
        };
    }

    // The value may hold a password: no message repeats it.
    private static bool ReadableBy<T>(string connection)
        where T : DbConnectionStringBuilder, new()
    {
        try
        {
            return new T { ConnectionString = connection } is not NpgsqlConnectionStringBuilder { Host: null or "" };
        }
        catch (Exception e) when (e is ArgumentException or FormatException or KeyNotFoundException)
        {
            return false;
        }
    }
}
