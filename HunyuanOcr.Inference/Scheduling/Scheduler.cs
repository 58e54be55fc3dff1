namespace HunyuanOcr.Inference.Scheduling;

/// <summary>Decides who runs: the line of waiting sequences, the running batch and the plan of each step.</summary>
/// <remarks>
/// Belongs to the engine's thread. Both lists are ordered by arrival, and everything goes by that order:
/// the oldest running sequence is never preempted while another runs, so it advances in every step;
/// the oldest waiting one is admitted before any other, so it waits for at most those that came earlier;
/// decoding sequences take one token each, and all the rest of a step's tokens,
/// at least MaxScheduledTokens - MaxSequences + 1 of them, is for prefill.
/// </remarks>
internal sealed class Scheduler
{
    private readonly int maxSequences;
    private readonly int maxScheduledTokens;
    private readonly List<Sequence> running = [];
    private readonly List<Sequence> waiting = [];
    private readonly List<StepSlice> prefills = [];
    private readonly StepPlan plan = new();
    private readonly List<(BlockTable Table, int Block)> held = [];

    /// <param name="pool">The cache blocks.</param>
    /// <param name="maxSequences">Most sequences in the running batch.</param>
    /// <param name="maxScheduledTokens">Most tokens in one step; at least <paramref name="maxSequences"/>.</param>
    public Scheduler(BlockPool pool, int maxSequences, int maxScheduledTokens)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxSequences, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxScheduledTokens, maxSequences);
        Pool = pool;
        this.maxSequences = maxSequences;
        this.maxScheduledTokens = maxScheduledTokens;
    }

    public BlockPool Pool { get; }

    /// <summary>The running batch, oldest first.</summary>
    public IReadOnlyList<Sequence> Running => running;

    /// <summary>The line, oldest first.</summary>
    public IReadOnlyList<Sequence> Waiting => waiting;

    /// <summary>Times that a running sequence was sent back to the line.</summary>
    public long PreemptionCount { get; private set; }

    /// <summary>Steps committed.</summary>
    public long StepCount { get; private set; }

    /// <summary>Tokens that ran in committed steps, prompt and answer, those computed again included.</summary>
    public long ScheduledTokenCount { get; private set; }

    /// <summary>Whether a sequence of that many tokens can ever run.</summary>
    public CacheDemand Demand(int tokens) => CacheDemand.Of(tokens, Pool.BlockCount, Pool.BlockSize);

    /// <summary>Puts a sequence into the line at the place of its arrival.</summary>
    public void Enqueue(Sequence sequence)
    {
        CacheDemand demand = Demand(sequence.MaxTokens);
        if (!demand.Fits)
            throw new InvalidOperationException($"Sequence {sequence.Arrival} can never run: {demand}.");
        InsertByArrival(waiting, sequence);
    }

    /// <summary>Ends a sequence wherever it stands; its blocks are free at once.</summary>
    public void Remove(Sequence sequence)
    {
        (sequence.Status == SequenceStatus.Running ? running : waiting).Remove(sequence);
        sequence.Finish(Pool);
    }

    /// <summary>Makes the plan of the next step; empty where nothing can run. The plan is valid until the next call.</summary>
    public StepPlan Plan()
    {
        plan.Clear();
        prefills.Clear();
        var budget = new StepBudget(maxScheduledTokens - CountDecoding(), Pool.FreeCount);
        bool preempted = PlanRunning(ref budget);
        if (!preempted)
            Admit(ref budget);
        foreach (StepSlice slice in prefills)
            plan.Add(slice);
        return plan;
    }

    /// <summary>Takes the blocks that the plan's sequences need for their tokens of this step.</summary>
    public CacheReservation Reserve(StepPlan step)
    {
        var reservation = new CacheReservation(Pool, held);
        for (int i = 0; i < step.Slices.Count; i++)
        {
            StepSlice slice = step.Slices[i];
            reservation.Take(slice.Sequence.Blocks, BlocksToAdd(slice.Sequence, slice.Count));
        }
        return reservation;
    }

    /// <summary>The step ran: its blocks and tokens are in the cache.</summary>
    public void Commit(StepPlan step, CacheReservation taken)
    {
        taken.Commit();
        StepCount++;
        ScheduledTokenCount += step.TokenCount;
        for (int i = 0; i < step.Slices.Count; i++)
            step.Slices[i].Sequence.MarkCached(step.Slices[i].Count);
    }

    /// <summary>What <see cref="Invariants"/> looks at.</summary>
    public SchedulerSnapshot Snapshot() => new(Pool.Snapshot(), maxSequences,
        [.. running.Select(SequenceSnapshot.Of)], [.. waiting.Select(SequenceSnapshot.Of)]);

    // Oldest first: a decoding sequence takes one token, a prefilling one a chunk of what is left.
    private bool PlanRunning(ref StepBudget budget)
    {
        bool preempted = false;
        for (int i = 0; i < running.Count; i++)
        {
            Sequence sequence = running[i];
            int wanted = sequence.IsDecoding ? 1 : Math.Min(sequence.UncachedCount, budget.PrefillTokens);
            if (wanted == 0)
                continue;
            while (RoomFor(sequence, budget.Blocks) == 0)
            {
                preempted = true;
                budget.Blocks += PreemptNewest();
                if (sequence.Status != SequenceStatus.Running)
                    return true;
            }
            int granted = Grant(sequence, wanted, ref budget);
            if (!sequence.IsDecoding)
                budget.PrefillTokens -= granted;
        }
        return preempted;
    }

    // Strictly in the order of arrival: where the first of the line does not fit, nobody behind it is let in.
    private void Admit(ref StepBudget budget)
    {
        while (waiting.Count > 0 && running.Count < maxSequences && budget.PrefillTokens > 0)
        {
            Sequence first = waiting[0];
            int needed = CacheDemand.BlocksFor(Math.Min(first.TokenCount + 1, first.MaxTokens), Pool.BlockSize);
            // One block to grow into for each sequence that runs already, lest the newcomer is preempted in the next step.
            if (budget.Blocks - PromisedBlocks() < needed + running.Count)
                return;
            waiting.RemoveAt(0);
            first.Start();
            InsertByArrival(running, first);
            budget.PrefillTokens -= Grant(first, Math.Min(first.UncachedCount, budget.PrefillTokens), ref budget);
        }
    }

    private int Grant(Sequence sequence, int wanted, ref StepBudget budget)
    {
        int count = Math.Min(wanted, RoomFor(sequence, budget.Blocks));
        budget.Blocks -= BlocksToAdd(sequence, count);
        var slice = new StepSlice(sequence, sequence.CachedCount, count, WantsLogits: count == sequence.UncachedCount);
        if (sequence.IsDecoding)
            plan.Add(slice);
        else
            prefills.Add(slice);
        return count;
    }

    private int CountDecoding()
    {
        int count = 0;
        foreach (Sequence sequence in running)
            count += sequence.IsDecoding ? 1 : 0;
        return count;
    }

    // Blocks that admitted sequences will still need for the tokens that they have, beyond this step's chunk.
    private int PromisedBlocks()
    {
        int blocks = 0;
        foreach (Sequence sequence in running)
            blocks += BlocksToAdd(sequence, sequence.UncachedCount);
        foreach (StepSlice slice in plan.Slices)
            blocks -= BlocksToAdd(slice.Sequence, slice.Count);
        foreach (StepSlice slice in prefills)
            blocks -= BlocksToAdd(slice.Sequence, slice.Count);
        return blocks;
    }

    // How many more tokens fit into the sequence's last block and that many new ones.
    private int RoomFor(Sequence sequence, int blocks) =>
        (sequence.Blocks.Count + blocks) * Pool.BlockSize - sequence.CachedCount;

    private int BlocksToAdd(Sequence sequence, int tokens) =>
        CacheDemand.BlocksFor(sequence.CachedCount + tokens, Pool.BlockSize) - sequence.Blocks.Count;

    // The newest has cost the least so far, and whoever came before it keeps going.
    private int PreemptNewest()
    {
        Sequence newest = running[^1];
        int freed = newest.Blocks.Count;
        running.RemoveAt(running.Count - 1);
        newest.Preempt(Pool);
        InsertByArrival(waiting, newest);
        PreemptionCount++;
        return freed;
    }

    private static void InsertByArrival(List<Sequence> list, Sequence sequence)
    {
        int place = list.Count;
        while (place > 0 && list[place - 1].Arrival > sequence.Arrival)
            place--;
        list.Insert(place, sequence);
    }

    /// <summary>What is left of a step while its plan is made.</summary>
    private record struct StepBudget(int PrefillTokens, int Blocks);
}
