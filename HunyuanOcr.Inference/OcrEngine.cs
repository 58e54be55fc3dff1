using System.Runtime.CompilerServices;
using HunyuanOcr.Inference.Engine;

namespace HunyuanOcr.Inference;

/// <summary>The engine: loads a model folder, answers requests as streams, runs them together.</summary>
/// <remarks>Safe to call from any thread. One thread of its own runs the decoder, another the vision tower.</remarks>
public sealed class OcrEngine : IAsyncDisposable
{
    private readonly LoadedModel model;
    private readonly EngineLoop loop;
    private readonly RequestIntake intake;
    private readonly TimeProvider clock = TimeProvider.System;
    private EngineCounters warmUp = EngineCounters.Zero;
    private int disposed;

    private OcrEngine(LoadedModel model, EngineOptions options)
    {
        this.model = model;
        loop = new EngineLoop(new EngineLoopOptions
        {
            MaxSequences = options.MaxSequences,
            MaxScheduledTokens = options.MaxScheduledTokens,
            QueueLength = options.QueueLength,
            VisionCacheBytes = options.VisionCacheMegabytes * 1024L * 1024L,
            EndTokens = model.Folder.Tokens.Ends,
#if DEBUG
            ChecksInvariants = true,
#endif
        }, model.Runner, model.Pictures.Read, clock);
        var limits = new RequestLimits(model.Context, model.Runner.BlockCount, model.Runner.BlockSize);
        intake = new RequestIntake(model.Pictures, model.Prompts, model.Tokenizer, model.Folder.Sampling, limits);
    }

    /// <summary>A snapshot; never blocks.</summary>
    public EngineStatus Status
    {
        get
        {
            EngineGauges gauges = loop.Gauges;
            int running = gauges.Running;
            (long Used, long Total)? memory = model.Runner.Memory;
            return new EngineStatus(model.Description, model.Runner.Device, model.Device.Reason, running, Math.Max(0, loop.LiveCount - running),
                gauges.BlocksUsed, model.Runner.BlockCount, loop.Fault)
            {
                BlockSize = model.Runner.BlockSize,
                DeviceMemoryUsed = memory?.Used,
                DeviceMemoryTotal = memory?.Total,
                Counters = gauges.Counters().Since(warmUp),
                Notes = model.Prompts.TemplateRefusal is { } refusal ? [$"The checkpoint's chat template is not used: {refusal}"] : [],
            };
        }
    }

    /// <summary>Loads a model folder and warms it up.</summary>
    /// <exception cref="OcrConfigurationException">Options or folder cannot be used; lists every fault.</exception>
    public static async Task<OcrEngine> LoadAsync(EngineOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        LoadedModel model = await Task.Run(() => LoadedModel.Open(options), cancellationToken).ConfigureAwait(false);
        var engine = new OcrEngine(model, options);
        try
        {
            await engine.WarmUpAsync(cancellationToken).ConfigureAwait(false);
            return engine;
        }
        catch (Exception reason)
        {
            await engine.DisposeAsync().ConfigureAwait(false);
            if (reason is OcrException)
                throw new OcrConfigurationException([$"The engine cannot read even a small page: {reason.Message}"], reason);
            throw;
        }
    }

    /// <summary>Answers a request as a stream of events.</summary>
    /// <exception cref="OcrPictureException">A picture cannot be read.</exception>
    /// <exception cref="OcrRequestException">The request can never be answered as it stands.</exception>
    /// <exception cref="OcrQueueFullException">Too many requests wait.</exception>
    /// <exception cref="OcrEngineException">The engine failed.</exception>
    /// <remarks>Cancelling, or leaving the loop over the stream, frees the request's cache blocks within one step; a cancelled stream ends with
    /// <see cref="OperationCanceledException"/>. A caller who reads slowly delays nobody and gets larger deltas.</remarks>
    public IAsyncEnumerable<OcrEvent> StreamAsync(OcrRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Stream(request, cancellationToken);
    }

    /// <summary>Answers a request whole.</summary>
    /// <inheritdoc cref="StreamAsync" path="/exception"/>
    public async Task<OcrResult> ReadAsync(OcrRequest request, CancellationToken cancellationToken = default)
    {
        await foreach (OcrEvent happened in StreamAsync(request, cancellationToken).ConfigureAwait(false))
            if (happened is OcrFinished finished)
                return finished.Result;
        throw new OcrEngineException("The engine ended the request without an answer.", engineDead: false);
    }

    /// <summary>Whether the model is whole and reads: compares its files with the hashes of its export, sends texts through its tokenizer
    /// and back, and reads a page of known text. Reads the whole model from disk once.</summary>
    public Task<SelfCheckReport> SelfCheckAsync(CancellationToken cancellationToken = default) =>
        new SelfCheck(model, ReadAsync).RunAsync(cancellationToken);

    /// <summary>Ends every request with <see cref="OcrEngineException"/> and frees the model.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) == 1)
            return;
        await Task.Run(loop.Dispose).ConfigureAwait(false);
        model.Dispose();
    }

    private async IAsyncEnumerable<OcrEvent> Stream(OcrRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var requestClock = new RequestClock(clock);
        // Headers, hashes and the prompt take milliseconds: not on a caller's user-interface thread.
        (PreparedRequest prepared, AnswerBuilder answer) = await Task.Run(() => intake.Prepare(request), cancellationToken).ConfigureAwait(false);
        requestClock.Prepared = clock.GetTimestamp();
        RunningRequest running = loop.Submit(prepared, requestClock);
        try
        {
            using CancellationTokenRegistration onCancel = cancellationToken.Register(() => loop.Stop(running));
            var mailbox = new EventMailbox();
            _ = new AnswerPump(running, answer, mailbox, loop.Stop).RunAsync();
            OcrEvent happened;
            do
            {
                happened = await mailbox.TakeAsync(cancellationToken).ConfigureAwait(false);
                yield return happened;
            }
            while (happened is not OcrFinished);
        }
        finally
        {
            loop.Stop(running);
        }
    }

    private async Task WarmUpAsync(CancellationToken cancellationToken)
    {
        await ReadAsync(new OcrRequest { Pictures = [SelfCheckPage.Picture], MaxTokens = 4 }, cancellationToken).ConfigureAwait(false);
        warmUp = loop.Gauges.Counters();
    }
}
