using HunyuanOcr.Inference.Sampling;

namespace HunyuanOcr.Inference.Engine;

/// <summary>Carries a request's news from the engine's thread to its caller, on the thread pool: neither waits for the other.</summary>
internal sealed class AnswerPump(RunningRequest request, AnswerBuilder answer, EventMailbox mailbox, Action<RunningRequest> stop)
{
    /// <summary>Tokens that come within this time are handed on together. A wake-up for every token of every request would take the
    /// processor from the model's own threads at each step.</summary>
    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(8);

    private long firstToken;
    private long lastToken;

    /// <summary>Runs until the engine has ended the request.</summary>
    public async Task RunAsync()
    {
        try
        {
            while (await request.News.WaitToReadAsync().ConfigureAwait(false))
            {
                while (request.News.TryRead(out RequestNews item))
                    Take(item);
                Deliver();
                if (firstToken != 0)
                    await Task.WhenAny(request.Ended, Task.Delay(Beat)).ConfigureAwait(false);
            }
        }
#pragma warning disable CA1031 // Whatever fails here ends this one answer, and its caller is told.
        catch (Exception error)
#pragma warning restore CA1031
        {
            stop(request);
            mailbox.PutFailure(new OcrEngineException($"The answer could not be put together: {error.Message}", engineDead: false, error));
        }
    }

    private void Take(in RequestNews item)
    {
        switch (item.Kind)
        {
            case RequestNewsKind.Placed:
                mailbox.PutPlace(item.Place);
                break;
            case RequestNewsKind.Begun:
                mailbox.PutReading([.. request.Prepared.Pictures.Select(picture => picture.Page)]);
                break;
            case RequestNewsKind.Token when answer.End is null:
                TakeToken(item.Choice, item.Timestamp);
                break;
            case RequestNewsKind.Ended:
                Finish(item.End!);
                break;
            default:
                // Tokens that the engine made before it learnt that the answer is over.
                break;
        }
    }

    private void TakeToken(in TokenChoice choice, long timestamp)
    {
        firstToken = firstToken == 0 ? timestamp : firstToken;
        lastToken = timestamp;
        answer.Add(in choice);
        if (answer.End is not null)
            stop(request);
    }

    private void Finish(RequestEnd end)
    {
        if (answer.End is null && end.Error is not null)
            mailbox.PutFailure(end.Error);
        else if (answer.End is null && end.Reason == OcrFinishReason.Cancelled)
            mailbox.PutFailure(new OperationCanceledException("The request was cancelled."));
        else
            Complete(end.Reason);
    }

    private void Complete(OcrFinishReason reason)
    {
        OcrResult result = answer.Finish(reason, request.Prepared, request.Clock.Timings(firstToken, lastToken));
        Deliver();
        mailbox.PutFinished(result);
    }

    private void Deliver()
    {
        if (answer.TakeDelta() is { } delta)
            mailbox.PutDelta(delta);
    }
}
