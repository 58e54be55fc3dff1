using System.Runtime.CompilerServices;
using HunyuanOcr.Inference;
using HunyuanOcr.Web.Recognise;

namespace HunyuanOcr.Web.Telemetry;

/// <summary>A reader whose every answer is measured, whoever asked: a page, the API or a batch.</summary>
internal sealed class MeteredReader : IPageReader
{
    private readonly IPageReader _inner;
    private readonly Readings _readings;

    internal MeteredReader(IPageReader inner, Readings readings)
    {
        _inner = inner;
        _readings = readings;
        readings.Engine.Begin(inner);
    }

    public EngineStatus Status => _inner.Status;

    public async IAsyncEnumerable<OcrEvent> ReadAsync(OcrRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Reading reading = _readings.Begin(request);
        try
        {
            await using IAsyncEnumerator<OcrEvent> events = _inner.ReadAsync(request, cancellationToken).GetAsyncEnumerator(cancellationToken);
            while (await NextAsync(events, reading))
            {
                reading.Take(events.Current);
                yield return events.Current;
            }
        }
        finally
        {
            // Whoever leaves the stream before its end has given it up.
            _readings.End(reading);
        }
    }

    public Task<SelfCheckReport> SelfCheckAsync(CancellationToken cancellationToken) => _inner.SelfCheckAsync(cancellationToken);

    public ValueTask DisposeAsync()
    {
        _readings.Engine.End(_inner);
        return _inner.DisposeAsync();
    }

    private static async Task<bool> NextAsync(IAsyncEnumerator<OcrEvent> events, Reading reading)
    {
        try
        {
            return await events.MoveNextAsync();
        }
        catch (Exception e)
        {
            reading.Failed(e);
            throw;
        }
    }
}
