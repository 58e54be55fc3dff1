using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;

namespace HunyuanOcr.Web.Telemetry;

/// <summary>GET /metrics: everything that <see cref="StudioMetrics"/> measures, as Prometheus' text. See docs/decisions for why no exporter package writes it.</summary>
internal sealed class MetricsText : IDisposable
{
    internal const string Route = "/metrics";

    private readonly StudioMetrics _metrics;
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<Instrument, MetricFamily> _families = new();
    private readonly Lock _gate = new();

    public MetricsText(StudioMetrics metrics)
    {
        _metrics = metrics;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (!ReferenceEquals(instrument.Meter, metrics.Meter))
                return;
            _families[instrument] = MetricFamily.Of(instrument);
            listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.Start();
        metrics.BeginAtZero();
    }

    internal static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet(Route, static (MetricsText metrics) => TypedResults.Text(metrics.Write(), "text/plain; version=0.0.4; charset=utf-8")).ExcludeFromDescription();

    internal string Write()
    {
        string vllm = _metrics.ModelName is { } model ? MetricFamily.Labels([new("model_name", model), new("engine", "0")]) : "";
        // One at a time: what is observed is kept until it is written.
        lock (_gate)
        {
            _listener.RecordObservableInstruments();
            StringBuilder text = new();
            foreach (MetricFamily family in _families.Values.OrderBy(static family => family.Name, StringComparer.Ordinal))
            {
                bool ofModel = family.Name.StartsWith(StudioMetrics.Vllm, StringComparison.Ordinal);
                // Until a model is there, its series would carry no name and stay behind for ever.
                if (!ofModel || vllm.Length > 0)
                    family.Write(text, ofModel ? vllm : "");
            }
            return text.ToString();
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (_families.TryGetValue(instrument, out MetricFamily? family))
            family.Take(value, tags, instrument.IsObservable);
    }
}
