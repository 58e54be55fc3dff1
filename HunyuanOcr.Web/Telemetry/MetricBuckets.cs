namespace HunyuanOcr.Web.Telemetry;

/// <summary>Bounds of histograms. Those of vLLM's names are vLLM's own (vllm/v1/metrics/loggers.py), so that its dashboards draw the same steps.</summary>
internal static class MetricBuckets
{
    internal static readonly double[] FirstToken = [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160, 640, 2560];

    internal static readonly double[] BetweenTokens = [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80];

    internal static readonly double[] Request = [0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1920, 7680];

    internal static readonly double[] Tokens = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000];

    internal static readonly double[] Vision = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60];

    internal static readonly double[] Megapixels = [0.1, 0.25, 0.5, 1, 2, 4, 8, 12, 16, 24, 32, 50, 100];

    internal static readonly double[] Http = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120];
}
