using System.Globalization;
using System.Text.Json;
using HunyuanOcr.Inference;
using HunyuanOcr.Web.Recognise;

namespace HunyuanOcr.Web.Api.Ocr;

/// <summary>What a call asks of every page of its file.</summary>
internal sealed record OcrCall
{
    private static readonly (string Name, OcrTask Task)[] _tasks =
    [
        ("ocr", OcrTask.Spotting), ("text", OcrTask.Text), ("markdown", OcrTask.Markdown), ("extract", OcrTask.Fields), ("translate", OcrTask.Translation), ("prompt", OcrTask.Free),
    ];

    private static readonly string[] _known = ["task", "prompt", "fields", "target", "pages", "stream", "store", "temperature", "top_p", "top_k", "repetition_penalty", "seed", "stop", "max_tokens"];

    /// <summary>The task's name, as it was asked or meant.</summary>
    internal required string Task { get; init; }

    /// <summary>Which pages; null for all.</summary>
    internal string? Pages { get; init; }

    /// <summary>Whether the answer is a stream.</summary>
    internal bool Streams { get; init; }

    /// <summary>Whether the pages are to be kept in History; null leaves it to the server.</summary>
    internal bool? Store { get; init; }

    /// <summary>The request of each page, without its picture.</summary>
    internal required OcrRequest Request { get; init; }

    /// <summary>Names of the tasks.</summary>
    internal static IEnumerable<string> Tasks => _tasks.Select(task => task.Name);

    /// <summary>Names of the form's texts.</summary>
    internal static IReadOnlyList<string> Known => _known;

    /// <param name="mostTokens">The server's own limit of an answer; 0 is none.</param>
    /// <exception cref="ApiFaultException">A parameter is unknown, missing or wrong; it is named.</exception>
    internal static OcrCall Parse(OcrForm form, bool accepted, int mostTokens)
    {
        if (form.Names.FirstOrDefault(name => !_known.Contains(name)) is { } unknown)
            throw Wrong(unknown.Length > 40 ? unknown[..40] : unknown, $"is no parameter of this route. Known: file, {string.Join(", ", _known)}.", "unknown_parameter");
        string? prompt = Text(form, "prompt");
        string name = Text(form, "task")?.ToLowerInvariant() ?? (prompt is null ? "ocr" : "prompt");
        (string Name, OcrTask Task) task = _tasks.FirstOrDefault(task => task.Name == name);
        if (task.Name is null)
            throw Wrong("task", $"is \"{(name.Length > 40 ? name[..40] : name)}\". Give one of {string.Join(", ", Tasks)}.");
        int? tokens = (int?)Whole(form, "max_tokens", 1, mostTokens == 0 ? int.MaxValue : mostTokens);
        return new()
        {
            Task = name,
            Pages = Text(form, "pages"),
            Streams = accepted || Flag(form, "stream") == true,
            Store = Flag(form, "store"),
            Request = new()
            {
                Task = task.Task,
                Prompt = task.Task == OcrTask.Free && prompt is null ? throw Wrong("prompt", "is missing: the task prompt needs one.", "missing_parameter") : prompt,
                Fields = Fields(form, task.Task),
                TargetLanguage = Target(form, task.Task),
                MaxTokens = tokens ?? (mostTokens == 0 ? null : mostTokens),
                Sampling = Sampling(form),
            },
        };
    }

    private static SamplingOptions Sampling(OcrForm form) => new()
    {
        Temperature = Number(form, "temperature", 0, 2),
        TopP = Number(form, "top_p", 0, 1, above: true),
        TopK = (int?)Whole(form, "top_k", 0, int.MaxValue),
        RepetitionPenalty = Number(form, "repetition_penalty", 0, 2, above: true),
        Seed = (ulong?)Whole(form, "seed", 0, long.MaxValue),
        Stop = Stops(form),
    };

    private static List<string> Stops(OcrForm form)
    {
        List<string> stops = [.. form.All("stop").Where(stop => stop.Length > 0)];
        if (stops.Count > AnswerParameters.MostStops)
            throw Wrong("stop", $"came {stops.Count} times, the limit is {AnswerParameters.MostStops}.");
        return stops.Find(stop => stop.Length > AnswerParameters.LongestStop) is { } longer ? throw Wrong("stop", $"has {longer.Length} characters, the limit is {AnswerParameters.LongestStop}.") : stops;
    }

    /// <summary>Names between commas or line ends, repeated parts, or a JSON list.</summary>
    private static List<string> Fields(OcrForm form, OcrTask task)
    {
        List<string> names = [];
        foreach (string value in form.All("fields"))
            names.AddRange(value.TrimStart().StartsWith('[') ? List(value) : TaskPrefix.FieldNames(value));
        if (task != OcrTask.Fields && names.Count > 0)
            throw Wrong("fields", "belongs to the task extract; leave it out or send task=extract.");
        if (task == OcrTask.Fields && names.Count == 0 && form.All("prompt").Count == 0)
            throw Wrong("fields", "is missing: name what to extract, for example fields=name,date,total.", "missing_parameter");
        return names.Count <= ReadingTask.MostFields ? names : throw Wrong("fields", $"holds {names.Count} names, the limit is {ReadingTask.MostFields}.");
    }

    private static IEnumerable<string> List(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<string[]>(json)?.Where(name => !string.IsNullOrWhiteSpace(name)) ?? [];
        }
        catch (JsonException)
        {
            // A list as Python prints it.
            return TaskPrefix.FieldNames(json);
        }
    }

    private static string Target(OcrForm form, OcrTask task)
    {
        string? target = Text(form, "target")?.ToLowerInvariant();
        if (target is null)
            return "en";
        if (task != OcrTask.Translation)
            throw Wrong("target", "belongs to the task translate; leave it out or send task=translate.");
        return target is "en" or "zh" ? target : throw Wrong("target", "is no language that the model translates into. Give en or zh.");
    }

    /// <summary>A value that may come once; null where it is absent or empty.</summary>
    private static string? Text(OcrForm form, string name)
    {
        IReadOnlyList<string> values = form.All(name);
        if (values.Count > 1)
            throw Wrong(name, "came more than once.");
        return values is [var value] && value.Trim() is { Length: > 0 } text ? text : null;
    }

    private static bool? Flag(OcrForm form, string name) => Text(form, name)?.ToLowerInvariant() switch
    {
        null => null,
        "false" or "0" => false,
        "true" or "1" => true,
        _ => throw Wrong(name, "is neither true nor false."),
    };

    /// <param name="above">Whether the least itself is refused too.</param>
    private static double? Number(OcrForm form, string name, double least, double most, bool above = false)
    {
        if (Text(form, name) is not { } text)
            return null;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && number <= most && (above ? number > least : number >= least)
            ? number : throw Wrong(name, string.Create(CultureInfo.InvariantCulture, $"is no number {(above ? "above" : "from")} {least} to {most}."));
    }

    private static long? Whole(OcrForm form, string name, long least, long most)
    {
        if (Text(form, name) is not { } text)
            return null;
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) && number >= least && number <= most
            ? number : throw Wrong(name, most >= int.MaxValue ? $"is no whole number of at least {least}." : $"is no whole number from {least} to {most}.");
    }

    private static ApiFaultException Wrong(string name, string what, string code = "invalid_value") => new(ApiFault.BadRequest($"\"{name}\" {what}", name, code));
}
