using System.Text;
using HunyuanOcr.Web.Telemetry;

namespace HunyuanOcr.Web.Tests.Telemetry;

public sealed class MetricFamilyTests
{
    [Fact]
    public void Buckets_of_a_histogram_are_cumulative_and_end_with_infinity()
    {
        MetricFamily family = new("vllm:time", "Time.", "histogram", [0.5, 1]);
        foreach (double value in (double[])[0.5, 0.7, 3])
            family.Take(value, [], observed: false);
        Assert.Equal("""
            # HELP vllm:time Time.
            # TYPE vllm:time histogram
            vllm:time_bucket{model_name="m",le="0.5"} 1
            vllm:time_bucket{model_name="m",le="1"} 2
            vllm:time_bucket{model_name="m",le="+Inf"} 3
            vllm:time_sum{model_name="m"} 4.2
            vllm:time_count{model_name="m"} 3

            """.ReplaceLineEndings("\n"), Text(family, "model_name=\"m\""));
    }

    [Fact]
    public void What_is_observed_replaces_what_is_counted_adds_up()
    {
        MetricFamily gauge = new("g", "", "gauge", null), counter = new("c", "", "counter", null);
        foreach (double value in (double[])[5, 2])
        {
            gauge.Take(value, [], observed: true);
            counter.Take(value, [new("route", "a\"b\n\\")], observed: false);
        }
        Assert.EndsWith("\ng 2\n", Text(gauge, ""), StringComparison.Ordinal);
        Assert.EndsWith("\nc{route=\"a\\\"b\\n\\\\\"} 7\n", Text(counter, ""), StringComparison.Ordinal);
    }

    [Fact]
    public void A_histogram_that_nobody_used_stands_at_zero() =>
        Assert.Contains("t_count 0\n", Text(new MetricFamily("t", "", "histogram", [1]), ""), StringComparison.Ordinal);

    private static string Text(MetricFamily family, string common)
    {
        StringBuilder text = new();
        family.Write(text, common);
        return text.ToString();
    }
}
