using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace HunyuanOcr.Web.Telemetry;

/// <summary>One metric with all its series, as Prometheus reads it. Safe to call from any thread.</summary>
/// <param name="bounds">Upper bounds of a histogram; null for counters and gauges.</param>
internal sealed class MetricFamily(string name, string help, string type, double[]? bounds)
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, Series> _series = new(StringComparer.Ordinal);

    internal string Name => name;

    internal static MetricFamily Of(Instrument instrument) => instrument switch
    {
        Histogram<double> histogram => new(instrument.Name, instrument.Description ?? "", "histogram", [.. histogram.Advice?.HistogramBucketBoundaries ?? []]),
        Counter<long> or Counter<double> or ObservableCounter<long> or ObservableCounter<double> => new(instrument.Name, instrument.Description ?? "", "counter", null),
        _ => new(instrument.Name, instrument.Description ?? "", "gauge", null),
    };

    /// <summary>A measurement: counted into a histogram, added to a counter, or the value itself where the instrument is observed.</summary>
    internal void Take(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, bool observed)
    {
        string labels = Labels(tags);
        lock (_gate)
        {
            if (!_series.TryGetValue(labels, out Series? series))
                _series[labels] = series = new(bounds is null ? null : new long[bounds.Length + 1]);
            if (series.Buckets is null)
            {
                series.Sum = observed ? value : series.Sum + value;
                return;
            }
            int bucket = Array.FindIndex(bounds!, bound => value <= bound);
            series.Buckets[bucket < 0 ? bounds!.Length : bucket]++;
            series.Sum += value;
        }
    }

    /// <summary>Adds the family in Prometheus' text format 0.0.4.</summary>
    /// <param name="common">Labels that every series gets, such as <c>model_name="demo"</c>.</param>
    internal void Write(StringBuilder text, string common)
    {
        text.Append("# HELP ").Append(name).Append(' ').Append(help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('\n');
        text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
        lock (_gate)
        {
            // A histogram without labels stands at zero from the start: rate() of what appears out of nothing loses the first requests.
            if (_series.Count == 0 && bounds is not null)
                WriteHistogram(text, common, new Series(new long[bounds.Length + 1]));
            foreach ((string labels, Series series) in _series)
            {
                string all = common.Length > 0 && labels.Length > 0 ? common + "," + labels : common + labels;
                if (series.Buckets is null)
                    Line(text, name, all, series.Sum);
                else
                    WriteHistogram(text, all, series);
            }
        }
    }

    private void WriteHistogram(StringBuilder text, string labels, Series series)
    {
        long count = 0;
        string before = labels.Length > 0 ? labels + "," : "";
        for (int i = 0; i < series.Buckets!.Length; i++)
        {
            count += series.Buckets[i];
            string bound = i < bounds!.Length ? Number(bounds[i]) : "+Inf";
            Line(text, name + "_bucket", $"{before}le=\"{bound}\"", count);
        }
        Line(text, name + "_sum", labels, series.Sum);
        Line(text, name + "_count", labels, count);
    }

    private static void Line(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0)
            text.Append('{').Append(labels).Append('}');
        text.Append(' ').Append(Number(value)).Append('\n');
    }

    /// <summary>Labels in the order of the text format, values escaped.</summary>
    internal static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.Length == 0)
            return "";
        StringBuilder text = new();
        foreach ((string key, object? value) in tags)
        {
            string escaped = (Convert.ToString(value, CultureInfo.InvariantCulture) ?? "").Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
            text.Append(text.Length > 0 ? "," : "").Append(key).Append("=\"").Append(escaped).Append('"');
        }
        return text.ToString();
    }

    private static string Number(double value) => double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : value.ToString("R", CultureInfo.InvariantCulture);

    /// <param name="buckets">Counts of each bucket, the last one for everything above; null for one number.</param>
    private sealed class Series(long[]? buckets)
    {
        internal long[]? Buckets => buckets;

        internal double Sum { get; set; }
    }
}
