using System.Collections.Concurrent;
using HunyuanOcr.Inference;
using HunyuanOcr.Web.Hosting;
using HunyuanOcr.Web.Persistence;
using Microsoft.EntityFrameworkCore;

namespace HunyuanOcr.Web.Batches;

/// <summary>Takes pages of running batches as places come free and reads them. Any number of servers on one database do the same.</summary>
internal sealed partial class BatchWorker(BatchLeases leases, BatchPageReader reader, BatchStore store, BatchNews news, IDbContextFactory<StudioDatabase> databases, ReaderHost host, Drain drain, StudioOptions options, TimeProvider time, ILogger<BatchWorker> logger) : BackgroundService
{
    /// <summary>How often it looks for what other servers' pages were given.</summary>
    private static readonly TimeSpan _look = TimeSpan.FromSeconds(2);

    /// <summary>After an error of the database or an engine that cannot be had.</summary>
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, Reading> _running = new();
    private readonly SemaphoreSlim _wake = new(0, 1);
    private int _told;
    private DateTimeOffset _renew;
    private DateTimeOffset _sweep;

    /// <summary>Pages that this server reads now.</summary>
    internal int Running => _running.Count;

    public override void Dispose()
    {
        _wake.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        news.Changed += Wake;
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                TimeSpan wait = await LookAsync(stoppingToken) ? _look : _pause;
                await _wake.WaitAsync(wait, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is being read waits again at once: nobody has to wait for the end of its lease.
        }
        finally
        {
            news.Changed -= Wake;
            foreach (Reading reading in _running.Values)
                await reading.Cancel.CancelAsync();
            await Task.WhenAll(_running.Values.Select(reading => reading.Task));
        }
    }

    /// <returns>Whether all went well.</returns>
    private async Task<bool> LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            await CareAsync(cancellationToken);
            // A server that is being stopped ends what it reads and leaves the rest to others.
            if (drain.Draining)
                return true;
            // Pages wait as pages, not as requests, until the model is there.
            if (host.State != ReaderState.Ready)
                return host.State != ReaderState.Stopped;
            while (_running.Count < options.Batch.Parallel && await leases.TakeAsync(cancellationToken) is { } item)
                await BeginAsync(item, cancellationToken);
            return true;
        }
        catch (Exception e) when (DatabaseFaults.IsOf(e) || e is OcrException)
        {
            Log.Paused(logger, e);
            return false;
        }
    }

    /// <summary>Signs of life, and what others left behind.</summary>
    private async Task CareAsync(CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (now >= _renew)
        {
            _renew = now + (options.Batch.Lease / 3);
            await RenewAsync(cancellationToken);
            await leases.RecoverAsync(cancellationToken);
        }
        else if (!_running.IsEmpty && Interlocked.Exchange(ref _told, 0) == 1)
        {
            await RenewAsync(cancellationToken);
        }
        if (now >= _sweep)
        {
            _sweep = now + TimeSpan.FromHours(1);
            await store.SweepAsync(cancellationToken);
        }
    }

    /// <summary>Ends what is not this server's any more.</summary>
    private async Task RenewAsync(CancellationToken cancellationToken)
    {
        HashSet<string> mine = await leases.RenewAsync([.. _running.Keys], cancellationToken);
        foreach ((string id, Reading reading) in _running)
            if (!mine.Contains(id))
                await reading.Cancel.CancelAsync();
    }

    private async Task BeginAsync(BatchItem item, CancellationToken cancellationToken)
    {
        await using StudioDatabase database = databases.CreateDbContext();
        if (await database.Batches.AsNoTracking().FirstOrDefaultAsync(batch => batch.Id == item.BatchId, cancellationToken) is not { } batch)
            return;
        Reading reading = new(new CancellationTokenSource());
        _running[item.Id] = reading;
        reading.Task = Task.Run(() => ReadAsync(batch, item, reading), CancellationToken.None);
        news.Tell(batch.Id);
    }

    private async Task ReadAsync(Batch batch, BatchItem item, Reading reading)
    {
        try
        {
            await reader.ReadAsync(batch, item, reading.Cancel.Token);
        }
        catch (OperationCanceledException) when (reading.Cancel.IsCancellationRequested)
        {
            await GiveBackAsync(item);
        }
#pragma warning disable CA1031 // One bad page never ends a batch, and nobody else would learn of the error.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Log.Failed(logger, item.Id, e);
            await GiveBackAsync(item, counts: true);
        }
        finally
        {
            _running.TryRemove(item.Id, out _);
            reading.Cancel.Dispose();
            news.Tell(batch.Id);
        }
    }

    /// <summary>Where the database is away its lease runs out by itself.</summary>
    private async Task GiveBackAsync(BatchItem item, bool counts = false)
    {
        try
        {
            if (counts && item.Attempts >= BatchLeases.MostAttempts)
                await leases.FinishAsync(item, new PageOutcome(new("internal", "", item.Id)));
            else
                await leases.GiveBackAsync(item, counts);
        }
        catch (Exception e) when (DatabaseFaults.IsOf(e))
        {
            Log.Paused(logger, e);
        }
    }

    private void Wake(string batch)
    {
        Interlocked.Exchange(ref _told, 1);
        try
        {
            if (_wake.CurrentCount == 0)
                _wake.Release();
        }
        catch (SemaphoreFullException)
        {
            // Somebody else woke it in the same moment.
        }
    }

    private sealed class Reading(CancellationTokenSource cancel)
    {
        internal CancellationTokenSource Cancel { get; } = cancel;

        internal Task Task { get; set; } = Task.CompletedTask;
    }

    private static partial class Log
    {
        [LoggerMessage(5101, LogLevel.Warning, "Batches pause for a moment.")]
        internal static partial void Paused(ILogger logger, Exception exception);

        [LoggerMessage(5102, LogLevel.Error, "Page {Item} of a batch failed.")]
        internal static partial void Failed(ILogger logger, string item, Exception exception);
    }
}
