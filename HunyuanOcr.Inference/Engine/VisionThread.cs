using System.Collections.Concurrent;
using HunyuanOcr.Inference.Execution;
using HunyuanOcr.Inference.Imaging;

namespace HunyuanOcr.Inference.Engine;

/// <summary>Decodes pictures on a few threads and runs the vision tower on one after the other on a thread of its own,
/// so that the decoder goes on meanwhile.</summary>
/// <remarks>Not on the thread pool: it begins with one thread a processor, and pictures that are decoded or wait for their turn would keep
/// answers and the host's requests waiting. <see cref="VisionQueue"/> has at most <see cref="VisionQueue.JobsInFlight"/> under way.</remarks>
internal sealed class VisionThread : IDisposable
{
    private readonly IModelRunner runner;
    private readonly Func<OcrPicture, CancellationToken, ScaledPicture> decode;
    private readonly TimeProvider clock;
    private readonly Action<VisionJob> report;
    private readonly BlockingCollection<VisionJob> waiting = [];
    private readonly BlockingCollection<(VisionJob Job, ScaledPicture Picture)> decoded = [];
    private readonly Thread thread;

    /// <param name="runner">Where the vision tower runs.</param>
    /// <param name="decode">File to scaled picture; called on a thread of the picture's own.</param>
    /// <param name="clock">For the times that a job takes.</param>
    /// <param name="report">Called once for each job when it ended, well or not, on any thread.</param>
    public VisionThread(IModelRunner runner, Func<OcrPicture, CancellationToken, ScaledPicture> decode, TimeProvider clock, Action<VisionJob> report)
    {
        this.runner = runner;
        this.decode = decode;
        this.clock = clock;
        this.report = report;
        thread = new Thread(Run) { IsBackground = true, Name = "HunyuanOcr vision" };
        thread.Start();
        // One for each picture that may be under way, made beforehand: to make one takes longer than to wake it.
        for (int i = 0; i < VisionQueue.JobsInFlight; i++)
            new Thread(DecodeAll) { IsBackground = true, Name = "HunyuanOcr picture" }.Start();
    }

    /// <summary>Starts a job; the picture that is decoded first is seen first.</summary>
    public void Start(VisionJob job) => waiting.Add(job);

    /// <summary>Waits for the pass under way and ends the thread; jobs not yet seen are dropped.</summary>
    public void Dispose()
    {
        waiting.CompleteAdding();
        decoded.CompleteAdding();
        while (decoded.TryTake(out (VisionJob Job, ScaledPicture Picture) dropped))
            dropped.Picture.Dispose();
        thread.Join();
    }

    private void DecodeAll()
    {
        foreach (VisionJob job in waiting.GetConsumingEnumerable())
            Decode(job);
    }

    private void Decode(VisionJob job)
    {
        long started = clock.GetTimestamp();
        if (Attempt(job, () => decode(job.Source, job.Cancelled), out ScaledPicture? picture))
        {
            job.PictureElapsed = clock.GetElapsedTime(started);
            if (TryAdd(job, picture))
                return;
        }
        report(job);
    }

    private void Run()
    {
        foreach ((VisionJob job, ScaledPicture picture) in decoded.GetConsumingEnumerable())
        {
            long started = clock.GetTimestamp();
            using (picture)
                if (Attempt(job, () => runner.Encode(picture), out VisionVectors? vectors))
                    job.Vectors = vectors;
            job.VisionElapsed = clock.GetElapsedTime(started);
            report(job);
        }
    }

    private static bool Attempt<T>(VisionJob job, Func<T> work, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out T? result) where T : class
    {
        try
        {
            job.Cancelled.ThrowIfCancellationRequested();
            result = work();
            return true;
        }
#pragma warning disable CA1031 // Whatever goes wrong with one picture is told to those who wait for it; the thread goes on.
        catch (Exception error)
#pragma warning restore CA1031
        {
            job.Error = error;
            result = null;
            return false;
        }
    }

    // A job that is decoded after the thread has ended is dropped.
    private bool TryAdd(VisionJob job, ScaledPicture picture)
    {
        try
        {
            decoded.Add((job, picture));
            return true;
        }
        catch (InvalidOperationException ended)
        {
            picture.Dispose();
            job.Error = ended;
            return false;
        }
    }
}
