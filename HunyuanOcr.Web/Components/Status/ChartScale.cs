using System.Globalization;
using System.Text;

namespace HunyuanOcr.Web.Components.Status;

/// <summary>Where values of a chart lie in its 620 x 190 box: pure arithmetic.</summary>
internal static class ChartScale
{
    internal const double Left = 40, Right = 610, Top = 20, Bottom = 160;

    private static readonly double[] _steps = [1, 2, 2.5, 5, 10];

    /// <summary>The top of an axis: a round number that holds the largest value and divides well by <paramref name="lines"/>.</summary>
    internal static double TopOf(double largest, int lines, double least)
    {
        double wanted = Math.Max(largest, least) / lines, power = Math.Pow(10, Math.Floor(Math.Log10(wanted)));
        // A hair of tolerance: 0.1 + 0.2 must not need the next step.
        return _steps.First(step => step * power >= wanted * (1 - 1e-9)) * power * lines;
    }

    internal static double Y(double value, double top) => Bottom - (Math.Clamp(value / top, 0, 1) * (Bottom - Top));

    /// <summary>Newest at the right edge; what is not there yet leaves the left empty.</summary>
    /// <param name="index">Of <paramref name="count"/> samples, oldest first.</param>
    internal static double X(int index, int count, int length) => Right - ((count - 1 - index) * (Right - Left) / (length - 1));

    /// <summary>A path through the values; a missing one breaks it.</summary>
    internal static string Line(IReadOnlyList<double?> values, double top, int length)
    {
        StringBuilder path = new();
        for (int i = 0; i < values.Count; i++)
            if (values[i] is { } value)
                path.Append(CultureInfo.InvariantCulture, $"{(i > 0 && values[i - 1] is not null ? 'L' : 'M')}{X(i, values.Count, length):0.0} {Y(value, top):0.0} ");
        return path.ToString().TrimEnd();
    }

    /// <summary>The area under that path, each unbroken piece closed by itself.</summary>
    internal static string Area(IReadOnlyList<double?> values, double top, int length)
    {
        StringBuilder path = new();
        for (int i = 0; i < values.Count; i++)
        {
            if (values[i] is not { } value)
                continue;
            double x = X(i, values.Count, length);
            bool first = i == 0 || values[i - 1] is null, last = i == values.Count - 1 || values[i + 1] is null;
            if (first)
                path.Append(CultureInfo.InvariantCulture, $"M{x:0.0} {Bottom:0} ");
            path.Append(CultureInfo.InvariantCulture, $"L{x:0.0} {Y(value, top):0.0} ");
            if (last)
                path.Append(CultureInfo.InvariantCulture, $"L{x:0.0} {Bottom:0}Z ");
        }
        return path.ToString().TrimEnd();
    }
}
