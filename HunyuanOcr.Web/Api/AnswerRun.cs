using System.Runtime.CompilerServices;
using System.Threading.Channels;
using HunyuanOcr.Inference;

namespace HunyuanOcr.Web.Api;

/// <summary>What happened to one of the answers of a call.</summary>
/// <param name="Index">Which answer.</param>
/// <param name="Event">What happened.</param>
internal readonly record struct AnswerEvent(int Index, OcrEvent Event);

/// <summary>Reads one answer.</summary>
internal delegate IAsyncEnumerable<OcrEvent> ReadAnswer(OcrRequest request, CancellationToken cancellationToken);

/// <summary>Runs the answers of one call together. One that fails ends them all; so does the caller who goes away.</summary>
internal static class AnswerRun
{
    internal static async IAsyncEnumerable<AnswerEvent> ReadAsync(ReadAnswer read, IReadOnlyList<OcrRequest> requests, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (requests.Count == 1)
        {
            await foreach (OcrEvent happened in read(requests[0], cancellationToken).WithCancellation(cancellationToken))
                yield return new(0, happened);
            yield break;
        }
        using CancellationTokenSource all = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // Bounded, so that a caller who reads slowly gets larger pieces instead of a long queue.
        Channel<AnswerEvent> channel = Channel.CreateBounded<AnswerEvent>(new BoundedChannelOptions(2 * requests.Count) { SingleReader = true });
        Task pumps = CompleteAsync([.. requests.Select((request, i) => PumpAsync(read, request, i, channel.Writer, all))], channel.Writer);
        try
        {
            await foreach (AnswerEvent happened in channel.Reader.ReadAllAsync(cancellationToken))
                yield return happened;
        }
        finally
        {
            await all.CancelAsync();
            await pumps;
        }
    }

    private static async Task PumpAsync(ReadAnswer read, OcrRequest request, int index, ChannelWriter<AnswerEvent> writer, CancellationTokenSource all)
    {
        try
        {
            await foreach (OcrEvent happened in read(request, all.Token).WithCancellation(all.Token))
                await writer.WriteAsync(new(index, happened), all.Token);
        }
#pragma warning disable CA1031 // Whatever ended this answer ends the call, where it is told.
        catch (Exception e)
#pragma warning restore CA1031
        {
            writer.TryComplete(e);
            await all.CancelAsync();
        }
    }

    private static async Task CompleteAsync(Task[] pumps, ChannelWriter<AnswerEvent> writer)
    {
        await Task.WhenAll(pumps);
        writer.TryComplete();
    }
}
