using HunyuanOcr.Inference.Scheduling;

namespace HunyuanOcr.Inference.Tests.Scheduling;

public class SequenceTests
{
    private readonly BlockPool pool = new(4, 16);

    [Fact]
    public void Counts_follow_what_is_known_and_cached()
    {
        Sequence sequence = Sequences.Of(5, answerTokens: 3);
        sequence.Start();
        sequence.MarkCached(5);
        sequence.Append(7);
        Assert.Equal((6, 5, 1), (sequence.TokenCount, sequence.CachedCount, sequence.UncachedCount));
        Assert.True(sequence.IsDecoding);
    }

    [Fact]
    public void A_preempted_sequence_keeps_its_tokens_and_loses_its_cache()
    {
        Sequence sequence = Sequences.Of(5, answerTokens: 3);
        sequence.Start();
        using (var reservation = new CacheReservation(pool, []))
        {
            reservation.Take(sequence.Blocks, 1);
            reservation.Commit();
        }
        sequence.MarkCached(5);
        sequence.Append(7);
        sequence.Preempt(pool);
        Assert.Equal((SequenceStatus.Waiting, 6, 0), (sequence.Status, sequence.TokenCount, sequence.CachedCount));
        Assert.Equal(4, pool.FreeCount);
    }

    [Fact]
    public void Illegal_moves_are_refused()
    {
        Sequence sequence = Sequences.Of(5);
        Assert.Throws<InvalidOperationException>(() => sequence.Preempt(pool));
        Assert.Throws<InvalidOperationException>(() => sequence.MarkCached(1));
        sequence.Start();
        Assert.Throws<InvalidOperationException>(sequence.Start);
        Assert.Throws<InvalidOperationException>(() => sequence.Append(1));
        Assert.Throws<InvalidOperationException>(() => sequence.MarkCached(6));
        sequence.MarkCached(5);
        sequence.Append(1);
        sequence.MarkCached(1);
        Assert.Throws<InvalidOperationException>(() => sequence.Append(2));
        sequence.Finish(pool);
        Assert.Throws<InvalidOperationException>(() => sequence.Finish(pool));
    }
}
