using HunyuanOcr.Web.Recognise;

namespace HunyuanOcr.Web.Persistence;

/// <summary>How a kept run ended.</summary>
public enum RunState
{
    /// <summary>With a result.</summary>
    Done,

    /// <summary>Its owner cancelled; what was read is kept.</summary>
    Cancelled,

    /// <summary>By an error; what was read is kept.</summary>
    Failed,
}

/// <summary>A run that has ended: the row that History shows and from which a page opens it again.</summary>
internal sealed class Run
{
    /// <summary>Unguessable, 32 hex digits; names it in addresses.</summary>
    public required string Id { get; init; }

    /// <summary>From the signed cookie, or "key:" and the id of an API key.</summary>
    public required string Owner { get; init; }

    /// <summary>The picture's id in the document folder.</summary>
    public required string DocumentId { get; init; }

    /// <summary>SHA-256 of the picture in hex: its name on disk.</summary>
    public required string Content { get; init; }

    /// <summary>What its owner calls the file.</summary>
    public required string FileName { get; init; }

    /// <summary>Page of its pile, from 1; null for a picture that was read by itself.</summary>
    public int? Page { get; init; }

    /// <summary>The pages that were read together; null for a picture that was read by itself.</summary>
    public string? Pile { get; init; }

    /// <summary>What the pile is called.</summary>
    public string? PileName { get; init; }

    /// <summary>Pages of the pile, read or not.</summary>
    public int? PilePages { get; init; }

    /// <summary>Size of the pile's files.</summary>
    public long? PileBytes { get; init; }

    /// <summary>Size of the picture file.</summary>
    public required long Bytes { get; init; }

    /// <summary>What was asked.</summary>
    public required TaskKind Task { get; init; }

    /// <summary>What was added to the task.</summary>
    public required string Prompt { get; init; }

    /// <summary>The whole task as JSON.</summary>
    public required string Options { get; init; }

    /// <summary>How it ended.</summary>
    public required RunState State { get; init; }

    /// <summary>"stop", "length", "repetition" or "cancelled"; null where it failed.</summary>
    public string? FinishReason { get; init; }

    /// <summary>What was read, as people read it: without coordinates.</summary>
    public required string Text { get; init; }

    /// <summary>File name and text in lower case, for the search.</summary>
    public required string SearchText { get; init; }

    /// <summary>Complete lines.</summary>
    public required int LineCount { get; init; }

    /// <summary>Fields that were found or asked.</summary>
    public required int FieldCount { get; init; }

    /// <summary>The answer as the model wrote it; null where it did not end.</summary>
    public string? Answer { get; init; }

    /// <summary>Lines with boxes and confidences as JSON.</summary>
    public required string Lines { get; init; }

    /// <summary>Fields as JSON.</summary>
    public required string Fields { get; init; }

    /// <summary>Size of the page and to what it was scaled, as JSON; null where it was never looked at.</summary>
    public string? PageSize { get; init; }

    /// <summary>Tokens that the model was not sure of, as JSON; null where there are none.</summary>
    public string? Doubts { get; init; }

    /// <summary>"scaled_down", "length" and "repetition", separated by blanks.</summary>
    public required string Warnings { get; init; }

    /// <summary>Why it failed, as JSON.</summary>
    public string? Fault { get; init; }

    /// <summary>Tokens of the prompt, image tokens included.</summary>
    public required int PromptTokens { get; init; }

    /// <summary>Image tokens among them.</summary>
    public required int ImageTokens { get; init; }

    /// <summary>Tokens of the answer.</summary>
    public required int CompletionTokens { get; init; }

    /// <summary>Where the time went, as JSON.</summary>
    public string? Timings { get; init; }

    /// <summary>From the start to the end, in seconds.</summary>
    public required double TotalSeconds { get; init; }

    /// <summary>The model that read.</summary>
    public string? ModelName { get; init; }

    /// <summary>Its revision.</summary>
    public string? ModelRevision { get; init; }

    /// <summary>Its precision.</summary>
    public string? ModelPrecision { get; init; }

    /// <summary>What it ran on.</summary>
    public string? ModelDevice { get; init; }

    /// <summary>When it ended.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Kept whatever its age.</summary>
    public bool Pinned { get; set; }

    /// <summary>Opens it to whoever knows this; null where it is not shared.</summary>
    public string? ShareToken { get; set; }

    /// <summary>Since when it is in no list; after a while it is gone for good.</summary>
    public DateTimeOffset? DeletedAt { get; set; }
}
