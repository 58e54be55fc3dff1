using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using HunyuanOcr.Inference;
using HunyuanOcr.Web.Documents;
using HunyuanOcr.Web.Recognise;

namespace HunyuanOcr.Web.Persistence;

/// <summary>An ended run as a row, and the row as the run that a page draws.</summary>
internal static class RunRecord
{
    private static readonly JsonSerializerOptions _json = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    internal static Run Of(RunView view, DateTimeOffset ended)
    {
        string text = Clean(RunText.Of(view)), name = Clean(view.Document.Name);
        OcrResult? result = view.Result;
        return new()
        {
            Id = view.Id,
            Owner = view.Document.Owner,
            DocumentId = view.Document.Id,
            Content = view.Document.Content,
            FileName = name,
            Page = view.Place?.Page,
            Pile = view.Place?.Pile,
            PileName = view.Place is { } place ? Clean(place.Name) : null,
            PilePages = view.Place?.Pages,
            PileBytes = view.Place?.Bytes,
            Bytes = view.Document.Bytes,
            Task = view.Task.Kind,
            Prompt = Clean(view.Task.Prompt),
            Options = JsonSerializer.Serialize(view.Task, _json),
            State = view.Phase switch { RunPhase.Done => RunState.Done, RunPhase.Cancelled => RunState.Cancelled, _ => RunState.Failed },
            FinishReason = result?.FinishReason.ToString().ToLowerInvariant(),
            Text = text,
            SearchText = (name + "\n" + text).ToLowerInvariant(),
            LineCount = view.Lines.Count,
            FieldCount = result?.Fields.Count ?? 0,
            Answer = result is null ? null : Clean(result.Text),
            Lines = JsonSerializer.Serialize(view.Lines.Select(Short), _json),
            Fields = JsonSerializer.Serialize(result?.Fields ?? [], _json),
            PageSize = view.Page is null ? null : JsonSerializer.Serialize(view.Page, _json),
            Doubts = result is null ? null : DoubtfulTokens.Of(result),
            Warnings = string.Join(' ', Warnings(view)),
            Fault = view.Fault is null ? null : JsonSerializer.Serialize(view.Fault, _json),
            PromptTokens = result?.PromptTokens ?? 0,
            ImageTokens = result?.ImageTokens ?? 0,
            CompletionTokens = view.Tokens,
            Timings = JsonSerializer.Serialize(new Times(view.Queue, view.Picture, view.Text, view.FirstToken, result?.Timings), _json),
            TotalSeconds = view.Total.TotalSeconds,
            ModelName = view.By?.Model,
            ModelRevision = view.By?.Revision,
            ModelPrecision = view.By?.Precision,
            ModelDevice = view.By?.Device,
            CreatedAt = ended,
        };
    }

    /// <param name="run">The row.</param>
    /// <param name="document">Its picture.</param>
    internal static RunView View(Run run, StoredDocument document)
    {
        Times times = Read<Times>(run.Timings) ?? new(default, default, default, null, null);
        OcrPageSize? page = Read<OcrPageSize>(run.PageSize);
        IReadOnlyList<OcrLine> lines = Read<List<OcrLine>>(run.Lines) ?? [];
        return new()
        {
            Id = run.Id,
            Task = Read<ReadingTask>(run.Options) ?? new() { Kind = run.Task },
            Document = document,
            Place = run is { Pile: { } pile, Page: { } number, PilePages: { } pages } ? new(pile, number, pages, run.PileName ?? "", run.PileBytes ?? 0) : null,
            Phase = run.State switch { RunState.Done => RunPhase.Done, RunState.Cancelled => RunPhase.Cancelled, _ => RunPhase.Failed },
            Ahead = 0,
            Page = page,
            Lines = lines,
            Tail = "",
            Tokens = run.CompletionTokens,
            Queue = times.Queue,
            Picture = times.Picture,
            Text = times.Text,
            FirstToken = times.FirstToken,
            Total = TimeSpan.FromSeconds(run.TotalSeconds),
            Result = run.Answer is null ? null : new()
            {
                Text = run.Answer,
                Lines = lines,
                Fields = Read<List<OcrField>>(run.Fields) ?? [],
                Tokens = DoubtfulTokens.Restore(run.Doubts, run.CompletionTokens),
                FinishReason = Enum.TryParse(run.FinishReason, ignoreCase: true, out OcrFinishReason reason) ? reason : OcrFinishReason.Stop,
                PromptTokens = run.PromptTokens,
                ImageTokens = run.ImageTokens,
                Pages = page is null ? [] : [page],
                Timings = times.Engine ?? new(default, default, default, default, default, default, default),
            },
            Fault = Read<RunFault>(run.Fault),
            By = run is { ModelName: { } model, ModelRevision: { } revision, ModelPrecision: { } precision, ModelDevice: { } device } ? new(model, revision, precision, device) : null,
        };
    }

    private static IEnumerable<string> Warnings(RunView view)
    {
        if (view.Page is { ScaledDown: true })
            yield return "scaled_down";
        if (view.Result is { FinishReason: OcrFinishReason.Length or OcrFinishReason.Repetition } result)
            yield return result.FinishReason.ToString().ToLowerInvariant();
    }

    /// <summary>Three places of a confidence are all that is ever shown.</summary>
    private static OcrLine Short(OcrLine line) => line with { CharacterConfidences = [.. line.CharacterConfidences.Select(share => MathF.Round(share, 3))] };

    /// <summary>PostgreSQL takes no NUL and no half of a surrogate pair, and a model may write either.</summary>
    private static string Clean(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)).Replace("\0", "", StringComparison.Ordinal);

    private static T? Read<T>(string? json)
        where T : class
    {
        try
        {
            return json is null ? null : JsonSerializer.Deserialize<T>(json, _json);
        }
        catch (JsonException)
        {
            // Written by another version: the rest of the row is still worth showing.
            return null;
        }
    }

    private sealed record Times(TimeSpan Queue, TimeSpan Picture, TimeSpan Text, TimeSpan? FirstToken, OcrTimings? Engine);
}
