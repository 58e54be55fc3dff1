using System.Collections.Concurrent;
using HunyuanOcr.Inference;
using HunyuanOcr.Web.Recognise;
using Microsoft.EntityFrameworkCore;

namespace HunyuanOcr.Web.Persistence;

/// <summary>The one place where ended runs are written. What the database does not take (a full disk, a server that is away) waits here and is tried again.</summary>
internal sealed partial class RunKeeper(IDbContextFactory<StudioDatabase> databases, TimeProvider time, ILogger<RunKeeper> logger) : BackgroundService
{
    /// <summary>Runs that may wait; beyond it the oldest are given up, as memory has an end.</summary>
    private const int Most = 2000;

    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(10);

    private readonly ConcurrentQueue<Run> _late = new();

    /// <summary>Raised on any thread with the owner's id once a run of theirs is in the database: lists that are open show it.</summary>
    internal event Action<string>? Kept;

    /// <summary>Runs that are not in the database yet.</summary>
    internal int Waiting => _late.Count;

    /// <summary>Why they wait: <see cref="DatabaseFaults.Kind"/>.</summary>
    internal string FaultKind { get; private set; } = "gone";

    /// <summary>Keeps a run that has ended; never throws.</summary>
    internal async Task KeepAsync(RunView view, DateTimeOffset ended)
    {
        Run run = RunRecord.Of(view, ended);
        if (!await TryWriteAsync(run))
            _late.Enqueue(run);
        while (_late.Count > Most && _late.TryDequeue(out Run? lost))
            Log.Lost(logger, lost.Id);
    }

    /// <summary>Tries the waiting runs once more, oldest first.</summary>
    internal async Task CatchUpAsync()
    {
        while (_late.TryPeek(out Run? run) && await TryWriteAsync(run))
            _late.TryDequeue(out _);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using PeriodicTimer timer = new(_pause, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await CatchUpAsync();
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await CatchUpAsync();
        }
    }

    private async Task<bool> TryWriteAsync(Run run)
    {
        try
        {
            await using StudioDatabase database = databases.CreateDbContext();
            // A try before this one may have been written although its answer never came.
            if (await database.Runs.AnyAsync(row => row.Id == run.Id))
                return true;
            database.Runs.Add(run);
            await database.SaveChangesAsync();
            Kept?.Invoke(run.Owner);
            return true;
        }
        catch (Exception e) when (DatabaseFaults.IsOf(e))
        {
            FaultKind = DatabaseFaults.Kind(e);
            Log.NotWritten(logger, run.Id, e);
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(4001, LogLevel.Error, "Run {Run} could not be written to the database; it is tried again.")]
        internal static partial void NotWritten(ILogger logger, string run, Exception exception);

        [LoggerMessage(4002, LogLevel.Error, "Run {Run} is lost: too many wait for the database.")]
        internal static partial void Lost(ILogger logger, string run);
    }
}
