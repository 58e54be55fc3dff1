using HunyuanOcr.Inference;
using HunyuanOcr.Web.Recognise;

namespace HunyuanOcr.Web.Telemetry;

/// <summary>What the engines of this process have counted together: a fresh engine begins at zero, a counter of Prometheus must not. The self-check is left out.</summary>
internal sealed class EngineTotals
{
    private readonly Lock _gate = new();
    private IPageReader? _reader;
    private EngineCounters _baseline = EngineCounters.Zero;
    private EngineCounters _past = EngineCounters.Zero;

    /// <summary>Null until a model was loaded; the last one's while none is.</summary>
    internal string? ModelName { get; private set; }

    internal bool Ready { get; set; }

    internal long Running => Status?.Running ?? 0;

    internal long Waiting => Status?.Waiting ?? 0;

    internal long BlocksUsed => Status?.BlocksUsed ?? 0;

    internal long BlocksTotal => Status?.BlocksTotal ?? 0;

    internal double CacheUse => Status is { BlocksTotal: > 0 } status ? (double)status.BlocksUsed / status.BlocksTotal : 0;

    internal EngineStatus? Status
    {
        get
        {
            lock (_gate)
                return _reader?.Status;
        }
    }

    internal EngineCounters Counters
    {
        get
        {
            lock (_gate)
                return _reader is null ? _past : Sum(_past, _reader.Status.Counters.Since(_baseline));
        }
    }

    /// <summary>An engine is ready: from here on it counts.</summary>
    internal void Begin(IPageReader reader)
    {
        lock (_gate)
        {
            _reader = reader;
            _baseline = reader.Status.Counters;
            ModelName = reader.Status.Model.Name;
        }
    }

    /// <summary>It goes; what it counted stays.</summary>
    internal void End(IPageReader reader)
    {
        lock (_gate)
        {
            if (_reader != reader)
                return;
            _past = Sum(_past, reader.Status.Counters.Since(_baseline));
            _reader = null;
        }
    }

    // The record can subtract only: a + b is a - (0 - b).
    private static EngineCounters Sum(EngineCounters one, EngineCounters other) => one.Since(EngineCounters.Zero.Since(other));
}
