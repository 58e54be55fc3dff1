using HunyuanOcr.Inference;
using HunyuanOcr.Web.Recognise;
using HunyuanOcr.Web.Telemetry;

namespace HunyuanOcr.Web.Hosting;

/// <summary>How far the engine is.</summary>
public enum ReaderState
{
    /// <summary>Loads and warms up; requests wait.</summary>
    GettingReady,

    /// <summary>Reads.</summary>
    Ready,

    /// <summary>Could not be loaded; the reason is in the log.</summary>
    Stopped,
}

/// <summary>Loads the engine behind the running server, keeps it, and loads a fresh one where it died.</summary>
internal sealed partial class ReaderHost(LoadPageReader load, SelfChecks checks, Readings readings, StudioMetrics metrics, StudioOptions options, IHostApplicationLifetime lifetime, ILogger<ReaderHost> logger) : BackgroundService
{
    /// <summary>A fresh engine that dies within this time as well is not replaced once more: whatever kills it would kill the next.</summary>
    private static readonly TimeSpan LeastLife = TimeSpan.FromMinutes(10);

    /// <summary>How often an engine that nobody uses is asked whether it lives.</summary>
    private static readonly TimeSpan _watch = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private TaskCompletionSource<IPageReader> _ready = NewReady();
    private TaskCompletionSource _died = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Raised when <see cref="State"/> changes, on any thread.</summary>
    internal event Action? Changed;

    internal ReaderState State { get; private set; } = ReaderState.GettingReady;

    /// <summary>Why nothing can be read now; null where it can.</summary>
    internal string? Reason { get; private set; } = "The model is being loaded.";

    /// <summary>Whether the engine that gets ready takes the place of one that failed.</summary>
    internal bool Afresh { get; private set; }

    /// <summary>What the self-check of the loaded model found; empty where all is well.</summary>
    internal IReadOnlyList<string> CheckFaults { get; private set; } = [];

    /// <summary>The engine's own snapshot; null until it is ready.</summary>
    internal EngineStatus? Status
    {
        get
        {
            Task<IPageReader> ready = _ready.Task;
            return ready.IsCompletedSuccessfully ? ready.Result.Status : null;
        }
    }

    /// <summary>The reader, as soon as it is warm.</summary>
    /// <exception cref="OcrEngineException">It could not be loaded.</exception>
    internal Task<IPageReader> WaitAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
            return _ready.Task.WaitAsync(cancellationToken);
    }

    /// <summary>A caller met a dead engine: from now on requests wait for a fresh one.</summary>
    internal void Died(IPageReader reader)
    {
        lock (_gate)
        {
            if (!_ready.Task.IsCompletedSuccessfully || _ready.Task.Result != reader)
                return;
            _ready = NewReady();
            State = ReaderState.GettingReady;
            Afresh = true;
            Reason = $"The engine failed: {reader.Status.Fault ?? "it answers no more"}. A fresh one is being loaded.";
            readings.Engine.Ready = false;
            _died.TrySetResult();
        }
        Changed?.Invoke();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Listening begins at once: people see that the model gets ready instead of a refused connection.
        await Task.Yield();
        for (bool fresh = false; !stoppingToken.IsCancellationRequested; fresh = true)
        {
            IPageReader? reader = await LoadAsync(stoppingToken);
            if (reader is null)
                return;
            long since = Environment.TickCount64;
            lock (_gate)
            {
                _died = new(TaskCreationOptions.RunContinuationsAsynchronously);
                State = ReaderState.Ready;
                Reason = null;
                readings.Engine.Ready = true;
                _ready.TrySetResult(reader);
            }
            Changed?.Invoke();
            try
            {
                await WatchAsync(reader, stoppingToken);
            }
            catch (OperationCanceledException)
            {
                await reader.DisposeAsync();
                return;
            }
            Log.EngineDied(logger, reader.Status.Fault ?? "");
            await reader.DisposeAsync();
            if (fresh && Environment.TickCount64 - since < LeastLife.TotalMilliseconds)
            {
                Stop("The engine died twice within a short time. Look at the log for the reason and start the server again.");
                return;
            }
            metrics.Reloaded();
        }
    }

    /// <summary>Ends when the engine is dead: somebody met it so, or it says so itself.</summary>
    private async Task WatchAsync(IPageReader reader, CancellationToken cancellationToken)
    {
        Task died = _died.Task;
        while (!died.IsCompleted)
        {
            await Task.WhenAny(died, Task.Delay(_watch, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
            if (reader.Status.Fault is not null)
                Died(reader);
        }
    }

    private async Task<IPageReader?> LoadAsync(CancellationToken cancellationToken)
    {
        IPageReader? reader = null;
        try
        {
            reader = await Task.Run(() => load(options.Engine, cancellationToken), cancellationToken);
            options.Model.RequireRevision(reader.Status.Model);
            CheckFaults = await checks.RunAsync(reader, cancellationToken);
            Log.Ready(logger, reader.Status.Model.Name, reader.Status.Device, reader.Status.Model.Precision);
            return new MeteredReader(reader, readings);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await LetGoAsync(reader);
            return null;
        }
        catch (OcrConfigurationException e)
        {
            await LetGoAsync(reader);
            await StartFaults.WriteAsync(Console.Error, e.Faults);
            Environment.ExitCode = StartFaults.ExitCode;
            Stop(e.Message);
            // A server that is stopped while it still starts logs that as a failure of its own, with a stack trace.
            lifetime.ApplicationStarted.Register(lifetime.StopApplication);
            return null;
        }
#pragma warning disable CA1031 // Whatever kept the engine from loading must end in a state that people see, not in a silent background task.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Log.LoadFailed(logger, e);
            await LetGoAsync(reader);
            Stop(e.Message);
            return null;
        }
    }

    private void Stop(string reason)
    {
        lock (_gate)
        {
            State = ReaderState.Stopped;
            Reason = reason;
            readings.Engine.Ready = false;
            _ready.TrySetException(new OcrEngineException(reason, engineDead: true));
        }
        Changed?.Invoke();
    }

    private static ValueTask LetGoAsync(IPageReader? reader) => reader?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static TaskCompletionSource<IPageReader> NewReady()
    {
        TaskCompletionSource<IPageReader> ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
        // Nobody may be waiting when loading fails; that is no unobserved error.
        _ = ready.Task.ContinueWith(static task => _ = task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return ready;
    }

    private static partial class Log
    {
        [LoggerMessage(1001, LogLevel.Information, "The engine is ready: {Model} on {Device}, {Precision}.")]
        internal static partial void Ready(ILogger logger, string model, string device, string precision);

        [LoggerMessage(1002, LogLevel.Error, "The engine could not be loaded.")]
        internal static partial void LoadFailed(ILogger logger, Exception exception);

        [LoggerMessage(1003, LogLevel.Error, "The engine died; a fresh one is loaded. {Fault}")]
        internal static partial void EngineDied(ILogger logger, string fault);
    }
}
