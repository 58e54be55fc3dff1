using System.Diagnostics;
using HunyuanOcr.Inference;
using HunyuanOcr.Web.Documents;
using HunyuanOcr.Web.Recognise;

namespace HunyuanOcr.Web.Api.Runs;

/// <summary>One answer of the API from its first event to its last, as History will show it.</summary>
/// <param name="request">What was asked; of several pictures the first is shown.</param>
/// <param name="owner">Whose it will be.</param>
/// <param name="name">What its picture is called.</param>
/// <param name="place">Where it stands among the pages of a document; null for a picture by itself.</param>
internal sealed class ApiRun(OcrRequest request, string owner, string name, PilePlace? place)
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly List<OcrLine> _lines = [];
    private TimeSpan? _queued, _first;
    private TimeSpan _total;
    private int _tokens;
    private OcrPageSize? _page;
    private OcrResult? _result;
    private Exception? _error;

    internal string Owner => owner;

    internal string Name => name;

    internal OcrPicture Picture => request.Pictures[0];

    /// <summary>Whether the model looked at it: what was refused or given up before that is no run.</summary>
    internal bool Began { get; private set; }

    internal DateTimeOffset EndedAt { get; private set; }

    internal void Take(OcrEvent happened)
    {
        switch (happened)
        {
            case OcrReading reading:
                Began = true;
                _queued ??= Stopwatch.GetElapsedTime(_started);
                _page = reading.Pages is [var page, ..] ? page : null;
                break;
            case OcrDelta delta:
                Began = true;
                _first ??= Stopwatch.GetElapsedTime(_started);
                _tokens += delta.Tokens.Count;
                _lines.AddRange(delta.Lines);
                break;
            case OcrFinished finished:
                Began = true;
                _result = finished.Result;
                break;
        }
    }

    /// <param name="error">What ended it early; null where it was read to its end or its caller went away.</param>
    internal void End(DateTimeOffset now, Exception? error)
    {
        EndedAt = now;
        _total = Stopwatch.GetElapsedTime(_started);
        _error = error;
    }

    /// <summary>The whole as a page draws it, once it has ended.</summary>
    internal RunView View(string id, StoredDocument document)
    {
        TimeSpan total = _result?.Timings.Total ?? _total;
        TimeSpan? first = _result?.Timings.FirstToken ?? _first;
        TimeSpan queue = _result?.Timings.Queue ?? _queued ?? total, picture = (first ?? total) - queue;
        return new()
        {
            Id = id,
            Task = Asked(),
            Document = document,
            Place = place,
            Phase = _error is not null ? RunPhase.Failed : _result is null or { FinishReason: OcrFinishReason.Cancelled } ? RunPhase.Cancelled : RunPhase.Done,
            Ahead = 0,
            Page = _page ?? (_result?.Pages is [var page, ..] ? page : null),
            Lines = _result?.Lines ?? _lines,
            Tail = "",
            Tokens = _result?.Tokens.Count ?? _tokens,
            Queue = queue,
            Picture = picture,
            Text = total - queue - picture,
            FirstToken = first,
            Total = total,
            Result = _result,
            Fault = _error is null ? null : new RunFault(_error is OcrEngineException { EngineDead: true } ? "engine_dead" : _error is OcrException ? "engine" : "internal", _error is OcrException ? _error.Message : "", id),
        };
    }

    /// <summary>The question as the pages put it.</summary>
    private ReadingTask Asked()
    {
        ReadingTask task = new() { MaxTokens = request.MaxTokens, Fields = request.Fields, Target = request.TargetLanguage };
        return request.Task switch
        {
            OcrTask.Free => task.Typed(request.Prompt ?? ""),
            OcrTask.Fields => task with { Kind = TaskKind.Fields },
            OcrTask.Translation => task with { Kind = TaskKind.Translate, Prompt = request.Prompt ?? "" },
            OcrTask.Spotting => task with { Prompt = request.Prompt ?? "" },
            _ => task with { Form = AnswerForm.Document, Prompt = request.Prompt ?? "" },
        };
    }
}
