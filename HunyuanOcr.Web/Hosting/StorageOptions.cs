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

    /// <summary>Days that documents are kept; 0 keeps them.</summary>
    internal required int RetentionDays { get; init; }

    /// <param name="contentRoot">A relative folder starts here.</param>
    internal static StorageOptions Read(SettingReader settings, string contentRoot)
    {
        string folder = Path.GetFullPath(settings.Text("Storage:DocumentFolder", "App_Data"), contentRoot);
        StorageProvider provider = settings.Choice("Storage:Provider", StorageProvider.Sqlite);
        string connection = settings.Text("Storage:ConnectionString", provider == StorageProvider.Sqlite ? $"Data Source={Path.Combine(folder, "studio.db")}" : "");
        if (connection.Length == 0)
            settings.Fault("Storage:ConnectionString is not set, and Storage:Provider is postgres: give something like \"Host=db;Database=hunyuanocr;Username=hunyuanocr;Password=...\".");
        return new()
        {
            Provider = provider,
            ConnectionString = connection,
            DocumentFolder = folder,
            RetentionDays = settings.Number("Storage:RetentionDays", 30, 0, 36_500, "days"),
        };
    }
}
