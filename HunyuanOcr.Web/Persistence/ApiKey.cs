namespace HunyuanOcr.Web.Persistence;

/// <summary>A key to the HTTP API; the key itself is shown once and never kept.</summary>
internal sealed class ApiKey
{
    /// <summary>Names it in lists and logs.</summary>
    public required string Id { get; init; }

    /// <summary>What people call it.</summary>
    public required string Name { get; set; }

    /// <summary>Its first characters, by which its owner knows it.</summary>
    public required string Prefix { get; init; }

    /// <summary>SHA-256 of the key in hex.</summary>
    public required string Hash { get; init; }

    /// <summary>May manage keys and settings.</summary>
    public bool Admin { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it last opened a door.</summary>
    public DateTimeOffset? LastUsedAt { get; set; }

    /// <summary>Since when it opens none.</summary>
    public DateTimeOffset? RevokedAt { get; set; }
}
