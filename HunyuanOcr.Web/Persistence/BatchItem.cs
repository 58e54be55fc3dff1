namespace HunyuanOcr.Web.Persistence;

/// <summary>Where a file of a batch is.</summary>
public enum BatchItemState
{
    /// <summary>Nobody has taken it.</summary>
    Waiting,

    /// <summary>A server reads it; once its lease has run out another may take it.</summary>
    Reading,

    /// <summary>Read.</summary>
    Done,

    /// <summary>It could not be read.</summary>
    Failed,

    /// <summary>Its owner ended it.</summary>
    Cancelled,
}

/// <summary>
/// One page of a batch. Who changes state or lease must have seen the latest: they are concurrency tokens, so of two servers
/// that take the same item one gets it and the other a DbUpdateConcurrencyException.
/// </summary>
internal sealed class BatchItem
{
    /// <summary>32 hex digits.</summary>
    public required string Id { get; init; }

    /// <summary>Its batch.</summary>
    public required string BatchId { get; init; }

    /// <summary>Place in the batch, from 0.</summary>
    public required int Position { get; init; }

    /// <summary>What its owner calls the file.</summary>
    public required string FileName { get; init; }

    /// <summary>Page of the file, from 1; null for a picture.</summary>
    public int? Page { get; init; }

    /// <summary>Its file in the document folder; null where it was refused on arrival.</summary>
    public string? DocumentId { get; init; }

    /// <summary>Where it is.</summary>
    public BatchItemState State { get; set; }

    /// <summary>Times that a server has begun it.</summary>
    public int Attempts { get; set; }

    /// <summary>The server that reads it.</summary>
    public string? LeasedBy { get; set; }

    /// <summary>Until when it is that server's.</summary>
    public DateTimeOffset? LeasedUntil { get; set; }

    /// <summary>Why it failed, as JSON.</summary>
    public string? Fault { get; set; }

    /// <summary>The run that read it.</summary>
    public string? RunId { get; set; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? EndedAt { get; set; }
}
