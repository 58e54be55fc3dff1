using HunyuanOcr.Inference;

namespace HunyuanOcr.Web.Recognise;

/// <summary>What a visitor asks of a picture.</summary>
public enum TaskKind
{
    /// <summary>Every line with its box, OCR::.</summary>
    Read,

    /// <summary>Named values, EXTRACT::.</summary>
    Fields,

    /// <summary>The text in another language, TRANSLATE::.</summary>
    Translate,
}

/// <summary>How a page's text is answered.</summary>
public enum AnswerForm
{
    /// <summary>Line by line, each with its box.</summary>
    Lines,

    /// <summary>As a document in Markdown: headings, tables, formulas; without boxes.</summary>
    Document,
}

/// <summary>A task with its small options.</summary>
public sealed record ReadingTask
{
    /// <summary>Most field names.</summary>
    public const int MostFields = 32;

    /// <summary>What is asked.</summary>
    public TaskKind Kind { get; init; }

    /// <summary>How text is answered; other tasks have one form only.</summary>
    public AnswerForm Form { get; init; }

    /// <summary>What the visitor added to the task; empty asks with the official wording.</summary>
    public string Prompt { get; init; } = "";

    /// <summary>Names of the values to pick.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    /// <summary>"en" or "zh".</summary>
    public string Target { get; init; } = "en";

    /// <summary>Most tokens of the answer; null leaves it to the server.</summary>
    public int? MaxTokens { get; init; }

    /// <summary>Side in pixels of the largest square page that the model looks at; null takes the model's own.</summary>
    public int? LargestSide { get; init; }

    /// <summary>Lines below this confidence are shown as doubtful; of no account to what is read.</summary>
    public double DoubtfulBelow { get; init; } = Sureness.Usual;

    /// <summary>The task as the engine takes it.</summary>
    /// <param name="picture">What to read.</param>
    /// <param name="mostTokens">The server's own limit; 0 is none.</param>
    internal OcrRequest ToRequest(OcrPicture picture, int mostTokens)
    {
        int? most = mostTokens == 0 ? MaxTokens : Math.Min(mostTokens, MaxTokens ?? mostTokens);
        string? prompt = Prompt.Trim() is { Length: > 0 } added && Kind != TaskKind.Fields ? added : null;
        return new()
        {
            Pictures = [LargestSide is { } side ? picture with { MaxPixels = (long)side * side } : picture],
            Task = Kind switch { TaskKind.Fields => OcrTask.Fields, TaskKind.Translate => OcrTask.Translation, _ => Form == AnswerForm.Document ? OcrTask.Markdown : OcrTask.Spotting },
            Prompt = prompt,
            Fields = Kind == TaskKind.Fields ? Fields : [],
            TargetLanguage = Target,
            MaxTokens = most,
        };
    }

    /// <summary>The task after a visitor typed into its prompt: a prefix switches it and leaves the text; behind EXTRACT:: the text names fields.</summary>
    public ReadingTask Typed(string text)
    {
        (TaskKind? kind, string rest) = TaskPrefix.Split(text);
        if ((kind ?? Kind) != TaskKind.Fields)
            return this with { Kind = kind ?? Kind, Prompt = rest };
        IReadOnlyList<string> named = TaskPrefix.FieldNames(rest);
        return this with { Kind = TaskKind.Fields, Prompt = "", Fields = named.Count > 0 ? [.. named.Take(MostFields)] : Fields };
    }

    /// <summary>Whether two tasks ask the same, so that there is nothing to read again.</summary>
    public bool AsksAs(ReadingTask other) =>
        Kind == other.Kind && MaxTokens == other.MaxTokens && LargestSide == other.LargestSide
        && (Kind == TaskKind.Fields ? Fields.SequenceEqual(other.Fields) : Prompt.Trim() == other.Prompt.Trim())
        && (Kind != TaskKind.Translate || Target == other.Target)
        && (Kind != TaskKind.Read || Form == other.Form);
}
