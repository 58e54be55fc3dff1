using HunyuanOcr.Inference.Engine;

namespace HunyuanOcr.Inference.Tests.Engine;

public class EventMailboxTests
{
    private static readonly OcrToken Token = new(1, 0, 1, []);

    [Fact]
    public async Task What_was_not_read_is_merged_and_comes_in_order()
    {
        var mailbox = new EventMailbox();
        mailbox.PutPlace(3);
        mailbox.PutPlace(1);
        mailbox.PutReading([]);
        mailbox.PutDelta(new OcrDelta("a", [Token], []));
        mailbox.PutDelta(new OcrDelta("b", [Token], []));
        mailbox.PutFailure(new OcrEngineException("over", engineDead: false));
        Assert.Equal(new OcrQueued(1), await mailbox.TakeAsync(default));
        Assert.IsType<OcrReading>(await mailbox.TakeAsync(default));
        OcrDelta delta = Assert.IsType<OcrDelta>(await mailbox.TakeAsync(default));
        Assert.Equal(("ab", 2), (delta.Text, delta.Tokens.Count));
        Assert.Equal("over", (await Assert.ThrowsAsync<OcrEngineException>(async () => await mailbox.TakeAsync(default))).Message);
    }

    [Fact]
    public async Task A_reader_who_came_first_is_woken()
    {
        var mailbox = new EventMailbox();
        Task<OcrEvent> taking = mailbox.TakeAsync(default).AsTask();
        Assert.False(taking.IsCompleted);
        mailbox.PutPlace(2);
        Assert.Equal(new OcrQueued(2), await taking.WaitAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task A_cancelled_reader_gets_no_more()
    {
        var mailbox = new EventMailbox();
        mailbox.PutPlace(2);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await mailbox.TakeAsync(new CancellationToken(canceled: true)));
    }
}
