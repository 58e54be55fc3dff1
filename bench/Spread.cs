namespace HunyuanOcr.Bench;

/// <summary>Minimum, median and maximum of a measured value.</summary>
internal sealed record Spread(double Min, double Median, double Max, int Runs)
{
    public static Spread Of(IEnumerable<double> values, int digits = 4)
    {
        double[] sorted = [.. values.Order()];
        double middle = sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
        return new Spread(Math.Round(sorted[0], digits), Math.Round(middle, digits), Math.Round(sorted[^1], digits), sorted.Length);
    }

    /// <summary>The smallest of the values that so many percent of them do not pass (nearest rank); 0 of none.</summary>
    public static double Percentile(IEnumerable<double> values, int percent, int digits)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? 0 : Math.Round(sorted[Math.Max(0, ((percent * sorted.Length) + 99) / 100 - 1)], digits);
    }
}
