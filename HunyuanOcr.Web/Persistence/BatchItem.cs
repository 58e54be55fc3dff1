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

    /// <summary>Its file, 32 hex digits: the pages of one PDF have the same.</summary>
    public string FileId { get; init; } = "";

    /// <summary>Place in the batch of the file that its owner sent, from 0; the files of a ZIP share one and stand by name.</summary>
    public required int Position { get; init; }

    /// <summary>What its owner calls the file.</summary>
    public required string FileName { get; init; }

    /// <summary>Size of the file.</summary>
    public long Bytes { get; init; }

    /// <summary>Page of the file, from 1; null for a picture.</summary>
    public int? Page { get; init; }

    /// <summary>Its file in the document folder; null where it was refused on arrival.</summary>
    public string? DocumentId { get; init; }

    /// <summary>Where it is.</summary>
    public BatchItemState State { get; set; }

    /// <summary>The page as a picture, once it was drawn.</summary>
    public string? PictureId { get; set; }

    /// <summary>Times that a server has begun it.</summary>
    public int Attempts { get; set; }

    /// <summary>The server that reads it.</summary>
    public string? LeasedBy { get; set; }

    /// <summary>Until when it is that server's.</summary>
    public DateTimeOffset? LeasedUntil { get; set; }

    /// <summary>Why it failed, as JSON.</summary>
    public string? Fault { get; set; }

    /// <summary>The run that reads or has read it: named before it begins, so that a server that takes over finds what was written.</summary>
    public string? RunId { get; set; }

    /// <summary>Lines that were read.</summary>
    public int Lines { get; set; }

    /// <summary>Doubtful ones among them.</summary>
    public int Doubtful { get; set; }

    /// <summary>Time of its reading.</summary>
    public double Seconds { get; set; }

    /// <summary>"length" or "repetition" where the answer was cut; empty where it was not.</summary>
    public string Notes { get; set; } = "";

    /// <summary>When anything of it last changed: who shows a batch asks for what is newer.</summary>
    public DateTimeOffset ChangedAt { get; set; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? EndedAt { get; set; }
}
