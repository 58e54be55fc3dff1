namespace HunyuanOcr.Inference.Engine;

/// <summary>When things happened to a request, as timestamps of the engine's clock; 0 for not yet.</summary>
internal sealed class RequestClock(TimeProvider clock)
{
    public long Submitted { get; } = clock.GetTimestamp();

    /// <summary>It is checked and prepared, and takes its place.</summary>
    public long Prepared { get; set; }

    /// <summary>Its first picture was taken up or, where all were known, the decoder took it.</summary>
    public long Begun { get; set; }

    /// <summary>Time of decoding and resizing the pictures that it waited for.</summary>
    public TimeSpan PictureElapsed { get; set; }

    /// <summary>Time of the vision tower for the pictures that it waited for.</summary>
    public TimeSpan VisionElapsed { get; set; }

    /// <summary>Time among that for cutting their patches.</summary>
    public TimeSpan PatchesElapsed { get; set; }

    /// <summary>The last of its pictures was seen.</summary>
    public long AllSeen { get; set; }

    /// <summary>Where the time went, as of now.</summary>
    /// <param name="firstToken">When the first token came; 0 where none came.</param>
    /// <param name="lastToken">When the last token of the answer came; 0 where none came.</param>
    public OcrTimings Timings(long firstToken, long lastToken)
    {
        long now = clock.GetTimestamp();
        long begun = Or(Begun, now), seen = Math.Max(begun, Or(AllSeen, now)), first = Or(firstToken, now);
        return new OcrTimings(
            Queue: clock.GetElapsedTime(Submitted, begun),
            Picture: PictureElapsed,
            Vision: VisionElapsed,
            Prefill: clock.GetElapsedTime(Math.Min(seen, first), first),
            Decode: clock.GetElapsedTime(first, Or(lastToken, first)),
            FirstToken: clock.GetElapsedTime(Submitted, first),
            Total: clock.GetElapsedTime(Submitted, now))
        {
            Intake = clock.GetElapsedTime(Submitted, Or(Prepared, Submitted)),
            Patches = PatchesElapsed,
        };
    }

    private static long Or(long stamp, long otherwise) => stamp == 0 ? otherwise : stamp;
}
