using HunyuanOcr.Web.Telemetry;

namespace HunyuanOcr.Web.Tests.Telemetry;

public sealed class PagePaceTests
{
    private readonly Clock _clock = new();
    private readonly PagePace _pace;

    public PagePaceTests() => _pace = new PagePace(_clock);

    [Fact]
    public void Nothing_is_estimated_before_something_was_measured_or_while_nothing_runs()
    {
        Assert.Null(_pace.Wait(2, 1));
        _pace.Add(TimeSpan.FromSeconds(4));
        Assert.Null(_pace.Wait(2, 0));
    }

    [Fact]
    public void Those_ahead_take_the_usual_time_and_as_many_at_once_as_run()
    {
        foreach (int seconds in (int[])[4, 4, 90])
            _pace.Add(TimeSpan.FromSeconds(seconds));
        Assert.Equal(TimeSpan.FromSeconds(10), _pace.Wait(2, 1));
        Assert.Equal(TimeSpan.FromSeconds(2.5), _pace.Wait(2, 4));
    }

    [Fact]
    public void What_was_measured_long_ago_counts_no_more()
    {
        _pace.Add(TimeSpan.FromSeconds(4));
        _clock.Now += TimeSpan.FromMinutes(11).Ticks;
        Assert.Null(_pace.Wait(2, 1));
    }

    private sealed class Clock : TimeProvider
    {
        internal long Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now;
    }
}
