namespace HunyuanOcr.Inference.Execution.Cpu.Kernels;

/// <summary>Cuts one run of attention into tasks. Its lists lie in memory that the thread reuses.</summary>
internal unsafe ref struct AttentionPlan
{
    /// <summary>Tokens that one task rotates.</summary>
    private const int RotationTile = 16;

    private readonly AttentionCall* call;
    private readonly int threads;
    private readonly int tileTokens;
    private int partials;
    private int counters;

    /// <param name="call">Receives the lists.</param>
    /// <param name="threads">Threads that will share the tasks.</param>
    /// <param name="tileTokens">Tokens of one prefill tile.</param>
    public AttentionPlan(AttentionCall* call, int threads, int tileTokens)
    {
        this.call = call;
        this.threads = threads;
        this.tileTokens = tileTokens;
        Count();
        long tasks = Rotations + Attentions;
        byte* memory = ThreadScratch.Plan((tasks * sizeof(AttentionTask)) + (counters * sizeof(int)) + 128 + ((long)partials * call->PartialSize * sizeof(float)));
        RotationTasks = (AttentionTask*)memory;
        AttentionTasks = RotationTasks + Rotations;
        call->Counters = (int*)(AttentionTasks + Attentions);
        call->Partials = (float*)(((nint)(call->Counters + counters) + 63) & ~(nint)63);
        Fill();
    }

    /// <summary>Tasks of the first phase.</summary>
    public int Rotations { get; private set; }

    /// <summary>Tasks of the second phase.</summary>
    public int Attentions { get; private set; }

    public AttentionTask* RotationTasks { get; }

    public AttentionTask* AttentionTasks { get; }

    private static int Tiles(int count, int tile) => (count + tile - 1) / tile;

    private readonly int Chunks(int sequence) => Tiles(call->PastLengths[sequence] + 1, AttentionCall.DecodeChunk);

    /// <summary>One sequence alone with few key heads would leave threads idle: then its chunks of keys are shared out.</summary>
    private readonly int Parts(int sequence) => Math.Clamp(Tiles(threads, call->KeyValueHeads * call->Sequences), 1, Chunks(sequence));

    private void Count()
    {
        for (int sequence = 0; sequence < call->Sequences; sequence++)
        {
            int tokens = call->NewTokens(sequence);
            if (tokens == 1)
            {
                Attentions += call->KeyValueHeads * Parts(sequence);
                counters += call->KeyValueHeads;
                partials += call->KeyValueHeads * Chunks(sequence);
            }
            else
            {
                Rotations += Tiles(tokens, RotationTile);
                Attentions += call->KeyValueHeads * Tiles(tokens, tileTokens);
            }
        }
    }

    private readonly void Fill()
    {
        AttentionTask* rotation = RotationTasks, attention = AttentionTasks;
        for (int sequence = 0; sequence < call->Sequences; sequence++)
        {
            int tokens = call->NewTokens(sequence);
            if (tokens == 1)
                continue;
            for (int first = 0; first < tokens; first += RotationTile)
                *rotation++ = new AttentionTask { Sequence = sequence, First = first, Count = Math.Min(RotationTile, tokens - first), Counter = -1 };

            // The last tile sees the most keys; the longest work comes first so that no thread is left with it at the end.
            for (int tile = Tiles(tokens, tileTokens) - 1; tile >= 0; tile--)
                for (int head = 0; head < call->KeyValueHeads; head++)
                    *attention++ = new AttentionTask { Sequence = sequence, Head = head, First = tile * tileTokens, Count = Math.Min(tileTokens, tokens - (tile * tileTokens)), Counter = -1 };
        }

        int partial = 0, counter = 0;
        for (int sequence = 0; sequence < call->Sequences; sequence++)
        {
            if (call->NewTokens(sequence) != 1)
                continue;
            int chunks = Chunks(sequence), parts = Parts(sequence);
            for (int head = 0; head < call->KeyValueHeads; head++, partial += chunks)
            {
                call->Counters[counter] = parts;
                for (int part = 0; part < parts; part++)
                {
                    int first = chunks * part / parts, end = chunks * (part + 1) / parts;
                    *attention++ = new AttentionTask { Sequence = sequence, Head = head, First = first, Count = end - first, Partial = partial, Counter = counter };
                }

                counter++;
            }
        }
    }
}
