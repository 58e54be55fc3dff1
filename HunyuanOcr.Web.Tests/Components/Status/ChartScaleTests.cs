using HunyuanOcr.Web.Components.Status;

namespace HunyuanOcr.Web.Tests.Components.Status;

public sealed class ChartScaleTests
{
    [Theory]
    [InlineData(812, 4, 4, 1000)]
    [InlineData(1001, 4, 4, 2000)]
    [InlineData(0, 4, 4, 4)]
    [InlineData(1.03, 3, 0.3, 1.5)]
    [InlineData(0.3, 3, 0.3, 0.3)]
    [InlineData(8, 4, 4, 8)]
    public void An_axis_ends_at_a_round_number_that_holds_the_largest_value(double largest, int lines, double least, double top) =>
        Assert.Equal(top, ChartScale.TopOf(largest, lines, least), 9);

    [Fact]
    public void The_newest_value_lies_at_the_right_edge_and_a_missing_one_breaks_the_line()
    {
        double?[] values = [0, null, 1, 2];
        Assert.Equal("M420.0 160.0 M546.7 90.0 L610.0 20.0", ChartScale.Line(values, 2, 10));
        Assert.Equal("M420.0 160 L420.0 160.0 L420.0 160Z M546.7 160 L546.7 90.0 L610.0 20.0 L610.0 160Z", ChartScale.Area(values, 2, 10));
    }

    [Fact]
    public void Nothing_measured_draws_nothing() => Assert.Equal("", ChartScale.Line([], 1, 10) + ChartScale.Area([null], 1, 10));
}
