using HunyuanOcr.Inference.Execution;
using HunyuanOcr.Inference.Scheduling;

namespace HunyuanOcr.Inference.Engine;

/// <summary>Every request that has not ended, and its moves: arrived, begun, ready, running, ended. Belongs to the engine's thread,
/// but for <see cref="Enter"/>, <see cref="Leave"/> and <see cref="LiveCount"/>.</summary>
internal sealed class RequestRoster(Scheduler scheduler, VisionQueue vision, EngineGauges gauges, TimeProvider clock, int readyAhead)
{
    private readonly RequestLine line = new();
    private readonly Dictionary<Sequence, RunningRequest> owners = [];
    private bool mayTakeUp;
    private int liveCount;

    /// <summary>Requests that have entered and not left.</summary>
    public int LiveCount => Volatile.Read(ref liveCount);

    /// <summary>Counts a request in, on any thread.</summary>
    /// <returns>How many there were before it.</returns>
    public int Enter() => Interlocked.Increment(ref liveCount) - 1;

    /// <summary>Counts one out, on any thread.</summary>
    public void Leave() => Interlocked.Decrement(ref liveCount);

    /// <summary>Whose sequence it is.</summary>
    public RunningRequest Owner(Sequence sequence) => owners[sequence];

    /// <summary>Everybody, oldest first among those who have not run.</summary>
    public RunningRequest[] All() => [.. line.Requests.Concat(owners.Values).Distinct()];

    public void Arrive(RunningRequest request)
    {
        line.Add(request);
        gauges.VisionQueries += request.Prepared.Pictures.Length;
        mayTakeUp = true;
    }

    /// <summary>A picture was seen, or could not be.</summary>
    /// <returns>The request that its error ends; null where there is none.</returns>
    public RunningRequest? FinishVision(VisionJob job)
    {
        mayTakeUp = true;
        return vision.Finish(job);
    }

    /// <summary>Has pictures decoded and seen, in the order of arrival, and only a little ahead of what can run soon:
    /// pixels and vectors of everybody who waits would fill the memory.</summary>
    public void TakeUpPictures()
    {
        if (!mayTakeUp)
            return;
        mayTakeUp = false;
        int ready = 0;
        foreach (RunningRequest request in line.Requests)
        {
            if (ready == readyAhead)
                return;
            if (request.Stage == RequestStage.Unseen)
            {
                if (vision.Take(request))
                    Begin(request);
                if (request.AllSeen)
                    MakeReady(request);
            }
            ready += request.Stage == RequestStage.Ready ? 1 : 0;
        }
    }

    /// <summary>Tells those who run for the first time that work has begun, and those who wait their places.</summary>
    public void TellAdmitted(StepPlan plan)
    {
        for (int i = 0; i < plan.Slices.Count; i++)
        {
            RunningRequest request = owners[plan.Slices[i].Sequence];
            if (request.Stage == RequestStage.Running)
                continue;
            request.Stage = RequestStage.Running;
            line.Remove(request);
            mayTakeUp = true;
            gauges.PromptTokens += request.Prepared.Prompt.TokenIds.Length;
            Begin(request);
        }
        line.TellPlaces();
    }

    /// <summary>Takes a request out that has not ended, wherever it stands; its blocks are free at once.</summary>
    public void Remove(RunningRequest request)
    {
        if (request.Stage == RequestStage.Unseen)
            vision.Leave(request);
        request.Stage = RequestStage.Ended;
        line.Remove(request);
        mayTakeUp = true;
        if (request.Sequence is { } sequence)
        {
            owners.Remove(sequence);
            scheduler.Remove(sequence);
        }
        Leave();
    }

    private void MakeReady(RunningRequest request)
    {
        PreparedRequest prepared = request.Prepared;
        VisionVectors[] images = [.. prepared.Pictures.Select(picture => picture.Vectors!)];
        request.Sequence = new Sequence(prepared.Prompt, images, request.Arrival, prepared.MaxTokens) { NeedsLogits = !prepared.Sampling.Choice.TakesLikeliest };
        request.Stage = RequestStage.Ready;
        request.Clock.AllSeen = clock.GetTimestamp();
        owners.Add(request.Sequence, request);
        scheduler.Enqueue(request.Sequence);
    }

    private void Begin(RunningRequest request)
    {
        if (request.HasBegun)
            return;
        request.HasBegun = true;
        request.Clock.Begun = clock.GetTimestamp();
        request.Tell(RequestNews.Begun());
    }
}
