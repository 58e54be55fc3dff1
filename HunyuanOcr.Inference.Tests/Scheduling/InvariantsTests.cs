using HunyuanOcr.Inference.Scheduling;

namespace HunyuanOcr.Inference.Tests.Scheduling;

public class InvariantsTests
{
    private static readonly SequenceSnapshot Running = new(1, SequenceStatus.Running, 20, 21, 20, 40, [0, 1]);
    private static readonly SequenceSnapshot Waiting = new(2, SequenceStatus.Waiting, 20, 20, 0, 40, []);
    private static readonly BlockPoolSnapshot Pool = new(16, [1, 1, 0, 0], [2, 3], 0);
    private static readonly SchedulerSnapshot Sound = new(Pool, 2, [Running], [Waiting]);

    public static TheoryData<string, object> Damages => new()
    {
        { "Block 2 is lost", Sound with { Pool = Pool with { FreeBlocks = [3] } } },
        { "Block 3 stands 2 times in the free list", Sound with { Pool = Pool with { FreeBlocks = [2, 3, 3] } } },
        { "Block 0 is in the free list and has holders 1", Sound with { Pool = Pool with { FreeBlocks = [0, 2, 3] } } },
        { "Block 9 in the free list does not exist", Sound with { Pool = Pool with { FreeBlocks = [2, 3, 9] } } },
        { "1 blocks are reserved between steps", Sound with { Pool = Pool with { ReservedCount = 1 } } },
        { "Block 1 stands in 1 tables and has holders 2", Sound with { Pool = Pool with { Holders = [1, 2, 0, 0] } } },
        { "Sequence 1 has a block twice", Sound with { Running = [Running with { Blocks = [0, 0] }] } },
        { "Sequence 1 has 3 blocks for 20 cached tokens; 2 hold them", Sound with { Running = [Running with { Blocks = [0, 1, 2] }] } },
        { "Sequence 1 is in the running batch as Waiting", Sound with { Running = [Running with { Status = SequenceStatus.Waiting }] } },
        { "Sequence 1 has 21 of 21 tokens cached", Sound with { Running = [Running with { CachedCount = 21 }] } },
        { "Sequence 1 has 50 tokens; 20 to 40 are possible", Sound with { Running = [Running with { TokenCount = 50 }] } },
        { "Sequence 2 waits with 0 blocks and 3 cached tokens", Sound with { Waiting = [Waiting with { CachedCount = 3 }] } },
        { "Sequence 2 is in the line as Running", Sound with { Waiting = [Waiting with { Status = SequenceStatus.Running }] } },
        { "Sequence 2 comes after 3 in the line", Sound with { Waiting = [Waiting with { Arrival = 3 }, Waiting] } },
        { "Sequence 1 runs and waits", Sound with { Waiting = [Waiting with { Arrival = 1 }] } },
        { "1 sequences run; at most 0 may", Sound with { MaxSequences = 0 } },
    };

    [Fact]
    public void A_sound_state_has_no_violation() => Assert.Empty(Invariants.Violations(Sound));

    [Theory]
    [MemberData(nameof(Damages))]
    public void Each_damage_is_named(string expected, object damaged) =>
        Assert.Contains(Invariants.Violations((SchedulerSnapshot)damaged), violation => violation.Contains(expected, StringComparison.Ordinal));

    [Fact]
    public void Every_violation_is_returned_not_only_the_first()
    {
        SchedulerSnapshot damaged = Sound with
        {
            MaxSequences = 0,
            Pool = Pool with { FreeBlocks = [3], ReservedCount = 1 },
            Waiting = [Waiting with { CachedCount = 3 }],
        };
        Assert.Equal(4, Invariants.Violations(damaged).Count);
    }
}
