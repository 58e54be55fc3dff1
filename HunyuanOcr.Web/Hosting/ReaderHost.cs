using HunyuanOcr.Inference;
using HunyuanOcr.Web.Recognise;

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
internal sealed partial class ReaderHost(LoadPageReader load, StudioOptions options, IHostApplicationLifetime lifetime, ILogger<ReaderHost> logger) : BackgroundService
{
    /// <summary>An engine that dies again within this time is not loaded once more.</summary>
    private static readonly TimeSpan LeastLife = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private TaskCompletionSource<IPageReader> _ready = NewReady();
    private TaskCompletionSource _died = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Raised when <see cref="State"/> changes, on any thread.</summary>
    internal event Action? Changed;

    internal ReaderState State { get; private set; } = ReaderState.GettingReady;

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
            _died.TrySetResult();
        }
        Become(ReaderState.GettingReady);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Listening begins at once: people see that the model gets ready instead of a refused connection.
        await Task.Yield();
        while (!stoppingToken.IsCancellationRequested)
        {
            IPageReader? reader = await LoadAsync(stoppingToken);
            if (reader is null)
                return;
            long since = Environment.TickCount64;
            _died = new(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (_gate)
                _ready.TrySetResult(reader);
            Become(ReaderState.Ready);
            try
            {
                await _died.Task.WaitAsync(stoppingToken);
            }
            catch (OperationCanceledException)
            {
                await reader.DisposeAsync();
                return;
            }
            Log.EngineDied(logger);
            await reader.DisposeAsync();
            if (Environment.TickCount64 - since < LeastLife.TotalMilliseconds)
            {
                Stop("The engine died twice within a short time. Look at the log for the reason and start the server again.");
                return;
            }
        }
    }

    private async Task<IPageReader?> LoadAsync(CancellationToken cancellationToken)
    {
        try
        {
            IPageReader reader = await Task.Run(() => load(options.Engine, cancellationToken), cancellationToken);
            Log.Ready(logger, reader.Status.Model.Name, reader.Status.Device, reader.Status.Model.Precision);
            return reader;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return null;
        }
        catch (OcrConfigurationException e)
        {
            await StartFaults.WriteAsync(Console.Error, e.Faults);
            Environment.ExitCode = StartFaults.ExitCode;
            Stop(e.Message);
            lifetime.StopApplication();
            return null;
        }
#pragma warning disable CA1031 // Whatever kept the engine from loading must end in a state that people see, not in a silent background task.
        catch (Exception e)
#pragma warning restore CA1031
        {
            Log.LoadFailed(logger, e);
            Stop(e.Message);
            return null;
        }
    }

    private void Stop(string reason)
    {
        lock (_gate)
            _ready.TrySetException(new OcrEngineException(reason, engineDead: true));
        Become(ReaderState.Stopped);
    }

    private void Become(ReaderState state)
    {
        State = state;
        Changed?.Invoke();
    }

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

        [LoggerMessage(1003, LogLevel.Error, "The engine died; a fresh one is loaded.")]
        internal static partial void EngineDied(ILogger logger);
    }
}
