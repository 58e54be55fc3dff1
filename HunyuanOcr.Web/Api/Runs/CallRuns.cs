using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using HunyuanOcr.Inference;
using HunyuanOcr.Web.Recognise;

namespace HunyuanOcr.Web.Api.Runs;

/// <summary>What one call reads, gathered while it is answered: an entry for each answer, or each page of its document.</summary>
/// <param name="owner">Whose History keeps it; null keeps nothing.</param>
internal sealed class CallRuns(string? owner, TimeProvider time)
{
    private readonly ConcurrentQueue<ApiRun> _ended = new();
    private readonly string _pile = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>Those that the model looked at, in the order in which they ended.</summary>
    internal IReadOnlyCollection<ApiRun> Ended => _ended;

    /// <summary>Where a page stands in a document; null for a picture by itself.</summary>
    internal PilePlace? Place(int page, int pages, string name, long bytes) => pages > 1 ? new(_pile, page, pages, name, bytes) : null;

    /// <summary>Hands an answer's events on, and remembers what they said.</summary>
    internal IAsyncEnumerable<OcrEvent> Watch(IAsyncEnumerable<OcrEvent> events, OcrRequest request, string name, PilePlace? place, CancellationToken cancellationToken) =>
        owner is null || request.Pictures.Count == 0 ? events : WatchAsync(events, new ApiRun(request, owner, name, place), cancellationToken);

    private async IAsyncEnumerable<OcrEvent> WatchAsync(IAsyncEnumerable<OcrEvent> events, ApiRun run, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Exception? error = null;
        await using IAsyncEnumerator<OcrEvent> source = events.GetAsyncEnumerator(cancellationToken);
        try
        {
            while (await NextAsync())
            {
                run.Take(source.Current);
                yield return source.Current;
            }
        }
        finally
        {
            run.End(time.GetUtcNow(), error);
            if (run.Began)
                _ended.Enqueue(run);
        }

        async ValueTask<bool> NextAsync()
        {
            try
            {
                return await source.MoveNextAsync();
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                error = e;
                throw;
            }
        }
    }
}
