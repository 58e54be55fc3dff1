using System.Diagnostics;
using System.Runtime.CompilerServices;
using HunyuanOcr.Web.Api.Runs;
using HunyuanOcr.Web.Hosting;

namespace HunyuanOcr.Web.Api.Ocr;

/// <summary>Reads the pages of a document: a few at a time, so that one document neither waits for itself nor takes the whole machine; told in order.</summary>
internal sealed class OcrDocumentReading(OcrDocument document, OcrCall call, IReadOnlyList<int> pages, string id, CallRuns runs, ReaderHost host, StudioOptions options, ILogger logger)
{
    /// <summary>Pages of one document that are drawn, wait or are read at the same time.</summary>
    private const int PagesAtOnce = 4;

    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly List<OcrPageAnswer> _done = [];

    internal string Id => id;

    /// <summary>Everything that happens, in order; ends with one <see cref="OcrDone"/>. Leaving the loop ends what is under way.</summary>
    internal async IAsyncEnumerable<OcrNews> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Queue<(OcrPageReading Reading, Task Work)> ahead = [];
        int next = 0;
        try
        {
            yield return new OcrStarted { Id = id, Model = Model, Task = call.Task, File = document.File, Pages = pages };
            while (next < pages.Count || ahead.Count > 0)
            {
                for (; ahead.Count < PagesAtOnce && next < pages.Count; next++)
                {
                    OcrPageReading reading = new(document, call, pages[next], id, runs, host, options, logger);
                    ahead.Enqueue((reading, reading.RunAsync(waits: next > 0, stop.Token)));
                }
                await foreach (OcrNews news in ahead.Peek().Reading.News.ReadAllAsync(cancellationToken))
                {
                    if (news is OcrPageDone done)
                        _done.Add(done.Page);
                    yield return news;
                }
                // A page that was cut off ends without a word.
                cancellationToken.ThrowIfCancellationRequested();
                ahead.Dequeue();
            }
            yield return new OcrDone { Id = id, Status = Status, Usage = Usage, Seconds = Seconds };
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(ahead.Select(page => page.Work));
        }
    }

    /// <summary>The whole answer, once the news have ended.</summary>
    internal OcrAnswer Answer(DateTimeOffset came) => new()
    {
        Id = id,
        Created = came.ToUnixTimeSeconds(),
        Model = Model,
        Task = call.Task,
        Status = Status,
        File = document.File,
        Pages = _done,
        Usage = Usage,
        Seconds = Seconds,
    };

    /// <summary>Why no page at all was read; null where one was.</summary>
    internal ApiFault? Fault => _done.All(page => page.Fault is not null) ? _done[0].Fault : null;

    private string Status => _done.All(page => page.Fault is null) ? "ok" : _done.Any(page => page.Fault is null) ? "partial" : "failed";

    private string Model => options.Api.ModelName is { Length: > 0 } name ? name : host.Status?.Model.Name ?? "";

    private OcrUsageAnswer Usage => new()
    {
        PromptTokens = _done.Sum(page => page.Usage?.PromptTokens ?? 0),
        ImageTokens = _done.Sum(page => page.Usage?.ImageTokens ?? 0),
        CompletionTokens = _done.Sum(page => page.Usage?.CompletionTokens ?? 0),
    };

    private OcrSecondsAnswer Seconds => new() { Total = Math.Round(Stopwatch.GetElapsedTime(_started).TotalSeconds, 4) };
}
