namespace HunyuanOcr.Web.Persistence;

/// <summary>Where a batch is.</summary>
public enum BatchState
{
    /// <summary>Its items are read as places come free.</summary>
    Running,

    /// <summary>Its owner holds it; what runs is read to the end.</summary>
    Paused,

    /// <summary>Every item has ended.</summary>
    Done,

    /// <summary>Its owner ended it.</summary>
    Cancelled,
}

/// <summary>Many files with one task.</summary>
internal sealed class Batch
{
    /// <summary>Unguessable, 32 hex digits.</summary>
    public required string Id { get; init; }

    /// <summary>From the signed cookie.</summary>
    public required string Owner { get; init; }

    /// <summary>What its owner calls it.</summary>
    public required string Name { get; set; }

    /// <summary>The task as JSON.</summary>
    public required string Options { get; set; }

    /// <summary>Where it is.</summary>
    public BatchState State { get; set; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its last item ended.</summary>
    public DateTimeOffset? EndedAt { get; set; }
}
