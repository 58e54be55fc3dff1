using HunyuanOcr.Inference.Execution;

namespace HunyuanOcr.Inference.Engine;

/// <summary>Which pictures are decoded and seen next, and who waits for them. Belongs to the engine's thread.</summary>
/// <remarks>First come, first served. Only <see cref="JobsInFlight"/> pictures are in memory as pixels at a time, however many requests wait;
/// what is cached or under way already costs no second pass.</remarks>
internal sealed class VisionQueue(VisionCache cache, EngineGauges gauges, Action<VisionJob> start)
{
    /// <summary>One in the vision tower, one ready for it, two being decoded.</summary>
    public const int JobsInFlight = 4;

    private readonly Dictionary<string, VisionJob> inFlight = new(StringComparer.Ordinal);

    /// <summary>Takes up a request's pictures as far as there is room.</summary>
    /// <returns>Whether work for it has begun: one of its pictures at least is under way.</returns>
    public bool Take(RunningRequest request)
    {
        bool begun = false;
        foreach (RequestPicture picture in request.Prepared.Pictures)
        {
            if (picture.Vectors is not null || picture.IsAwaited)
                continue;
            if (cache.Find(picture.Key) is { } known)
            {
                gauges.VisionHits++;
                picture.Vectors = known;
                continue;
            }
            if (!inFlight.TryGetValue(picture.Key, out VisionJob? job))
            {
                if (inFlight.Count == JobsInFlight)
                    return begun;
                job = new VisionJob(picture.Key, picture.Source, picture.VectorCount);
                inFlight.Add(picture.Key, job);
                start(job);
            }
            job.Waiters.Add((request, picture));
            picture.IsAwaited = true;
            begun = true;
        }
        return begun;
    }

    /// <summary>A job ended: its vectors go into the cache and to those who wait.</summary>
    /// <returns>The request that its error ends; null where all went well or nobody waits.</returns>
    public RunningRequest? Finish(VisionJob job)
    {
        inFlight.Remove(job.Key);
        job.Dispose();
        job.RequireAnnouncedCount();
        if (job.Vectors is { } vectors)
        {
            gauges.VisionPasses++;
            cache.Add(job.Key, vectors);
        }
        foreach ((RunningRequest request, RequestPicture picture) in job.Waiters)
        {
            picture.IsAwaited = false;
            picture.Vectors = job.Vectors;
            request.Clock.PictureElapsed += job.PictureElapsed;
            request.Clock.VisionElapsed += job.VisionElapsed;
            request.Clock.PatchesElapsed += job.Vectors?.PatchesElapsed ?? TimeSpan.Zero;
        }
        // Who came after a job had been given up tries anew. Any other error names the file that was read, and ends the request that brought
        // that very file; those who only shared it try their own, as its name is nobody else's business.
        if (job.Error is null or OperationCanceledException)
            return null;
        foreach ((RunningRequest request, RequestPicture picture) in job.Waiters)
            if (ReferenceEquals(picture.Source, job.Source))
                return request;
        return null;
    }

    /// <summary>A request ended; what nobody else waits for is given up.</summary>
    public void Leave(RunningRequest request)
    {
        foreach (RequestPicture picture in request.Prepared.Pictures)
        {
            if (!picture.IsAwaited || !inFlight.TryGetValue(picture.Key, out VisionJob? job))
                continue;
            picture.IsAwaited = false;
            job.Waiters.RemoveAll(waiter => waiter.Request == request);
            if (job.Waiters.Count == 0)
                job.Cancel();
        }
    }
}
