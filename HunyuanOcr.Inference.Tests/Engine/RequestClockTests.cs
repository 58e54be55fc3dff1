using HunyuanOcr.Inference.Engine;

namespace HunyuanOcr.Inference.Tests.Engine;

public class RequestClockTests
{
    /// <summary>Seven ticks a second, so that nothing works by chance.</summary>
    private sealed class HandClock : TimeProvider
    {
        public long Now { get; set; } = 70;

        public override long TimestampFrequency => 7;

        public override long GetTimestamp() => Now;
    }

    [Fact]
    public void Each_time_is_between_its_two_moments()
    {
        var hand = new HandClock();
        var clock = new RequestClock(hand) { Begun = 77, PictureElapsed = TimeSpan.FromSeconds(1), VisionElapsed = TimeSpan.FromSeconds(2), AllSeen = 98 };
        hand.Now = 140;
        OcrTimings times = clock.Timings(firstToken: 112, lastToken: 133);
        Assert.Equal(
            new OcrTimings(Seconds(1), Seconds(1), Seconds(2), Prefill: Seconds(2), Decode: Seconds(3), FirstToken: Seconds(6), Total: Seconds(10)),
            times);
    }

    [Fact]
    public void Without_a_token_prefill_lasts_until_now_and_decode_is_nothing()
    {
        var hand = new HandClock();
        var clock = new RequestClock(hand) { Begun = 77, AllSeen = 84 };
        hand.Now = 91;
        OcrTimings times = clock.Timings(0, 0);
        Assert.Equal((Seconds(1), TimeSpan.Zero, Seconds(3)), (times.Prefill, times.Decode, times.Total));
    }

    private static TimeSpan Seconds(int seconds) => TimeSpan.FromSeconds(seconds);
}
