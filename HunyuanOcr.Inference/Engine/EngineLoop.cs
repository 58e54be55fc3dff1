using System.Diagnostics;
using HunyuanOcr.Inference.Execution;
using HunyuanOcr.Inference.Imaging;
using HunyuanOcr.Inference.Sampling;
using HunyuanOcr.Inference.Scheduling;

namespace HunyuanOcr.Inference.Engine;

/// <summary>The one thread that runs the model, and the steps that it takes.</summary>
/// <remarks>
/// Thread rule: <see cref="Submit"/>, <see cref="Stop"/>, <see cref="Fault"/>, <see cref="LiveCount"/> and <see cref="Dispose"/> may be called
/// from any thread and only leave a message or read a number. Everything else here, with scheduler, block pool, sequences, roster, vision queue and
/// vision cache, is touched by the engine's thread alone. News go out through one channel a request, and nobody is ever waited for.
/// </remarks>
internal sealed class EngineLoop : IDisposable
{
    /// <summary>After that many failed steps in a row the engine is dead.</summary>
    internal const int MostFaultsInARow = 3;

    private const string ShutDown = "The engine was shut down.";

    private readonly EngineLoopOptions options;
    private readonly IModelRunner runner;
    private readonly TimeProvider clock;
    private readonly EngineInbox inbox = new();
    private readonly Scheduler scheduler;
    private readonly RequestRoster roster;
    private readonly VisionThread visionThread;
    private readonly Sampler sampler = new();
    private readonly TokenChoice[] choices;
    private readonly Thread thread;
    private int faultsInARow;
    private long arrivals;
    private volatile Exception? killedBy;

    /// <param name="options">Limits.</param>
    /// <param name="runner">The device; disposed by whoever made it, after this.</param>
    /// <param name="decode">File to scaled picture; called on a thread of the picture's own.</param>
    /// <param name="clock">The time.</param>
    public EngineLoop(EngineLoopOptions options, IModelRunner runner, Func<OcrPicture, CancellationToken, ScaledPicture> decode, TimeProvider clock)
    {
        this.options = options;
        this.runner = runner;
        this.clock = clock;
        scheduler = new Scheduler(new BlockPool(runner.BlockCount, runner.BlockSize), options.MaxSequences, options.MaxScheduledTokens);
        choices = new TokenChoice[options.MaxSequences];
        visionThread = new VisionThread(runner, decode, clock, job => inbox.Post(new EngineMessage(EngineMessageKind.Seen, Vision: job)));
        var vision = new VisionQueue(new VisionCache(options.VisionCacheBytes), Gauges, visionThread.Start);
        roster = new RequestRoster(scheduler, vision, Gauges, clock, readyAhead: Math.Max(2, options.MaxSequences / 2));
        thread = new Thread(Run) { IsBackground = true, Name = "HunyuanOcr engine" };
        thread.Start();
    }

    /// <summary>The engine's numbers.</summary>
    public EngineGauges Gauges { get; } = new();

    /// <summary>Requests that have been submitted and have not ended.</summary>
    public int LiveCount => roster.LiveCount;

    /// <summary>What killed the engine; null while it lives.</summary>
    public string? Fault => killedBy is { } error ? $"The engine is dead: {error.Message.TrimEnd('.')}. Load a fresh one." : null;

    /// <summary>Takes a request in; its news tell the rest.</summary>
    /// <exception cref="OcrQueueFullException">Too many requests wait.</exception>
    /// <exception cref="OcrEngineException">The engine is dead or shut down.</exception>
    public RunningRequest Submit(PreparedRequest prepared, RequestClock requestClock)
    {
        int before = roster.Enter();
        var request = new RunningRequest(Interlocked.Increment(ref arrivals), prepared, requestClock) { ToldPlace = Math.Max(0, before - Gauges.Running) };
        request.Tell(RequestNews.Placed(request.ToldPlace));
        bool full = before >= options.MaxSequences + options.QueueLength;
        if (!full && inbox.Post(new EngineMessage(EngineMessageKind.Arrived, request)))
            return request;
        roster.Leave();
        throw full && !inbox.IsClosed ? new OcrQueueFullException(before - Gauges.Running) : Refusal();
    }

    /// <summary>Ends a request before the next step, whatever it does; nothing happens where it has ended.</summary>
    public void Stop(RunningRequest request) => inbox.Post(new EngineMessage(EngineMessageKind.Stopped, request));

    /// <summary>Ends every request and both threads; waits for the step and the vision pass under way.</summary>
    public void Dispose()
    {
        inbox.Close();
        thread.Join();
        visionThread.Dispose();
        inbox.Dispose();
    }

    private void Run()
    {
        try
        {
            runner.Prepare();
            while (!inbox.IsClosed)
                if (!Step())
                    inbox.Wait();
        }
#pragma warning disable CA1031 // The thread must not take the process with it: whatever escapes a step kills the engine, and everybody is told.
        catch (Exception error)
#pragma warning restore CA1031
        {
            Die(error);
        }
        EndEverybody();
    }

    // One step; false where nothing can run.
    private bool Step()
    {
        AssertOwnThread();
        long started = clock.GetTimestamp();
        TakeMessages();
        roster.TakeUpPictures();
        StepPlan plan = scheduler.Plan();
        roster.TellAdmitted(plan);
        PublishGauges();
        if (plan.Slices.Count == 0)
            return false;
        try
        {
            using CacheReservation reservation = scheduler.Reserve(plan);
            StepResult result = runner.Run(plan);
            Sample(plan, result);
            scheduler.Commit(plan, reservation);
        }
#pragma warning disable CA1031 // Whatever went wrong, the sequences of this step end with it and the others go on.
        catch (Exception error)
#pragma warning restore CA1031
        {
            FailStep(plan, error);
            return true;
        }
        Publish(plan);
        CheckInvariants();
        Gauges.StepTicks += clock.GetElapsedTime(started).Ticks;
        return true;
    }

    private void TakeMessages()
    {
        ReadOnlySpan<EngineMessage> messages = inbox.Take();
        // Arrivals first: should one of the other messages kill the engine, everybody is in the roster and learns of it.
        TakeArrivals(messages);
        foreach (EngineMessage message in messages)
        {
            if (message.Kind == EngineMessageKind.Stopped)
                End(message.Request!, RequestEnd.Done(OcrFinishReason.Cancelled));
            else if (message.Kind == EngineMessageKind.Seen)
                FinishVision(message.Vision!);
        }
    }

    private void TakeArrivals(ReadOnlySpan<EngineMessage> messages)
    {
        foreach (EngineMessage message in messages)
            if (message.Kind == EngineMessageKind.Arrived)
                roster.Arrive(message.Request!);
    }

    private void FinishVision(VisionJob job)
    {
        if (roster.FinishVision(job) is not { } failed)
            return;
        End(failed, RequestEnd.Failed(job.Error is OcrPictureException or OcrRequestException
            ? job.Error
            : new OcrEngineException($"{job.Source.Name}: the vision tower failed: {job.Error!.Message}", engineDead: false, job.Error)));
    }

    private void Sample(StepPlan plan, StepResult result)
    {
        int row = 0;
        for (int i = 0; i < plan.Slices.Count; i++)
        {
            if (!plan.Slices[i].WantsLogits)
                continue;
            Sequence sequence = plan.Slices[i].Sequence;
            if (result.Likeliest.IsEmpty || sequence.NeedsLogits)
                sampler.Choose(result.Row(row), roster.Owner(sequence).Prepared.Sampling, ref choices[row]);
            else
                choices[row] = result.Likeliest[row];
            row++;
        }
    }

    private void Publish(StepPlan plan)
    {
        faultsInARow = 0;
        long now = clock.GetTimestamp();
        int row = 0;
        for (int i = 0; i < plan.Slices.Count; i++)
            if (plan.Slices[i].WantsLogits)
                TakeToken(roster.Owner(plan.Slices[i].Sequence), in choices[row++], now);
        PublishGauges();
    }

    private void TakeToken(RunningRequest request, in TokenChoice choice, long now)
    {
        if (!choice.IsMade)
        {
            // Numbers that a half precision cannot hold are this page's alone: its neighbours go on, and the engine lives however often it is asked.
            End(request, RequestEnd.Failed(new OcrEngineException("The model gave logits that are not numbers. Try another precision, or export the model again.", engineDead: false)));
            return;
        }
        Gauges.GeneratedTokens++;
        if (options.EndTokens.Contains(choice.Id))
        {
            End(request, RequestEnd.Done(OcrFinishReason.Stop));
            return;
        }
        request.Sequence!.Append(choice.Id);
        request.Tell(RequestNews.Token(in choice, now));
        if (request.Sequence.IsFull)
            End(request, RequestEnd.Done(OcrFinishReason.Length));
    }

    // Blocks are free and the numbers say so before the caller learns of the end.
    private void End(RunningRequest request, RequestEnd end)
    {
        AssertOwnThread();
        if (request.Stage == RequestStage.Ended)
            return;
        try
        {
            roster.Remove(request);
            PublishGauges();
        }
        finally
        {
            // Also where the fault that kills the engine came in between: who is out of the roster is told by nobody else.
            request.TellEnd(end);
        }
    }

    private void FailStep(StepPlan plan, Exception error)
    {
        Gauges.StepFaults++;
        RunningRequest[] inStep = [.. plan.Slices.Select(slice => roster.Owner(slice.Sequence))];
        foreach (RunningRequest request in inStep)
            End(request, RequestEnd.Failed(new OcrEngineException($"The engine failed in a step of the model: {error.Message}", engineDead: false, error)));
        if (++faultsInARow == MostFaultsInARow)
            Die(error);
    }

    private void Die(Exception error)
    {
        killedBy = error;
        inbox.Close();
    }

    private void EndEverybody()
    {
        inbox.Close();
        TakeArrivals(inbox.Take());
        foreach (RunningRequest request in roster.All())
        {
            try
            {
                End(request, RequestEnd.Failed(Refusal()));
            }
#pragma warning disable CA1031 // What killed the engine may strike here too: this request has been told, the others follow, and the process lives on.
            catch (Exception)
#pragma warning restore CA1031
            {
            }
        }
    }

    private OcrEngineException Refusal() => new(Fault ?? ShutDown, engineDead: true, killedBy);

    private void PublishGauges()
    {
        Gauges.Running = scheduler.Running.Count;
        Gauges.BlocksUsed = scheduler.Pool.OwnedCount;
        Gauges.Steps = scheduler.StepCount;
        Gauges.ScheduledTokens = scheduler.ScheduledTokenCount;
        Gauges.Preemptions = scheduler.PreemptionCount;
        Gauges.ModelTicks = runner.ModelTime.Ticks;
    }

    [Conditional("DEBUG")]
    private void AssertOwnThread() => Debug.Assert(Thread.CurrentThread == thread, "Only the engine's thread may do this.");

    private void CheckInvariants()
    {
        if (!options.ChecksInvariants)
            return;
        IReadOnlyList<string> violations = Invariants.Violations(scheduler.Snapshot());
        if (violations.Count > 0)
            throw new InvalidOperationException(string.Join(' ', violations));
    }
}
