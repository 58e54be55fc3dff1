using System.Runtime.CompilerServices;
using HunyuanOcr.Inference;
using HunyuanOcr.Web.Recognise;

namespace HunyuanOcr.Web.Tests;

/// <summary>What a scripted reader does with a request.</summary>
internal delegate IAsyncEnumerable<OcrEvent> Script(OcrRequest request, CancellationToken cancellationToken);

/// <summary>A page reader that plays a script instead of running a model.</summary>
internal sealed class ScriptedReader : IPageReader
{
    private int _running;

    /// <summary>Played for every request.</summary>
    internal Script Script { get; set; } = static (_, cancellationToken) => ScriptedAnswer.Invoice.PlayAsync(cancellationToken);

    /// <summary>What the self-check finds.</summary>
    internal SelfCheckReport Check { get; set; } = Passing;

    /// <summary>Self-checks so far.</summary>
    internal int Checks { get; private set; }

    internal static SelfCheckReport Passing { get; } = new([], 0.01, "read", "read", 8, 11);

    internal static SelfCheckReport Failing { get; } = Passing with { Faults = ["vision.onnx is not what was exported."], CharacterErrorRate = 0.5 };

    /// <summary>Requests so far.</summary>
    internal List<OcrRequest> Requests { get; } = [];

    /// <summary>Requests that are being played now: 0 once every one ended or was cancelled.</summary>
    internal int Running => Volatile.Read(ref _running);

    /// <summary>What it says of itself beside what runs.</summary>
    internal Func<EngineStatus, EngineStatus> Report { get; set; } = static status => status;

    public EngineStatus Status => Report(new EngineStatus(new ModelDescription("scripted", "0", "fp32", 4096, 589_824, "0.1.0"), "cpu", "scripted", Running, 0, 0, 1, null));

    public async IAsyncEnumerable<OcrEvent> ReadAsync(OcrRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        lock (Requests)
            Requests.Add(request);
        Interlocked.Increment(ref _running);
        try
        {
            await foreach (OcrEvent happened in Script(request, cancellationToken).WithCancellation(cancellationToken))
                yield return happened;
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    public Task<SelfCheckReport> SelfCheckAsync(CancellationToken cancellationToken)
    {
        Checks++;
        return Task.FromResult(Check);
    }

    public ValueTask DisposeAsync() => default;
}
