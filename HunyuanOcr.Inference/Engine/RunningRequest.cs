using System.Threading.Channels;
using HunyuanOcr.Inference.Scheduling;

namespace HunyuanOcr.Inference.Engine;

/// <summary>How far a request is.</summary>
internal enum RequestStage
{
    /// <summary>Some of its pictures have not been seen.</summary>
    Unseen,

    /// <summary>In the scheduler's line, never run so far.</summary>
    Ready,

    /// <summary>It has run; it may be back in the scheduler's line by preemption.</summary>
    Running,

    Ended,
}

/// <summary>A request on its way through the engine. Belongs to the engine's thread, but for <see cref="News"/>.</summary>
internal sealed class RunningRequest(long arrival, PreparedRequest prepared, RequestClock clock)
{
    // Unbounded, as an answer has a bounded number of tokens and the engine must never wait for a reader.
    private readonly Channel<RequestNews> news = Channel.CreateUnbounded<RequestNews>(
        new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Number in the order of arrival.</summary>
    public long Arrival { get; } = arrival;

    public PreparedRequest Prepared { get; } = prepared;

    public RequestClock Clock { get; } = clock;

    public RequestStage Stage { get; set; }

    /// <summary>Its tokens; null until all its pictures are seen.</summary>
    public Sequence? Sequence { get; set; }

    /// <summary>Requests before it, as last told.</summary>
    public int ToldPlace { get; set; }

    /// <summary>Whether its caller knows that work has begun; no place is told after that.</summary>
    public bool HasBegun { get; set; }

    /// <summary>For the one reader of the request's news, on any thread.</summary>
    public ChannelReader<RequestNews> News => news.Reader;

    /// <summary>Done as soon as the engine has told the end, read or not.</summary>
    public Task Ended => ended.Task;

    public bool AllSeen
    {
        get
        {
            foreach (RequestPicture picture in Prepared.Pictures)
                if (picture.Vectors is null)
                    return false;
            return true;
        }
    }

    public void Tell(RequestNews item) => news.Writer.TryWrite(item);

    public void TellEnd(RequestEnd end)
    {
        Tell(RequestNews.Ended(end));
        news.Writer.Complete();
        ended.TrySetResult();
    }
}
