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
}
