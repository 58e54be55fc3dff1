namespace HunyuanOcr.Inference.Execution.Cuda;

/// <summary>How much of a card's memory is in use, by whomever, as its driver says. Safe to read from any thread.</summary>
/// <param name="card">The card.</param>
/// <param name="recording">Held while nobody may ask the driver for memory.</param>
internal sealed class CardMemoryGauge(CudaContext card, Lock recording)
{
    /// <summary>Milliseconds between two questions to the driver.</summary>
    private const long Interval = 1000;

    private long used;
    private long total;
    private long read;

    /// <summary>Bytes in use and in all, asked once a second at most; the last answer where a picture or a recording has the card's ear, or the card answers nobody any more.</summary>
    public (long Used, long Total) Latest
    {
        get
        {
            if (Environment.TickCount64 - Volatile.Read(ref read) >= Interval && recording.TryEnter())
            {
                try
                {
                    if (!card.IsClosed)
                        Read();
                }
                catch (CudaException)
                {
                    // The step that met the same fault has told it; whoever asks for the status learns of it there.
                }
                finally
                {
                    recording.Exit();
                }
            }

            return (Volatile.Read(ref used), Volatile.Read(ref total));
        }
    }

    /// <summary>Asks the driver; the caller holds the lock.</summary>
    /// <exception cref="CudaException">The card answers no more.</exception>
    public void Read()
    {
        Volatile.Write(ref read, Environment.TickCount64);
        card.Enter();
        (long free, long all) = card.Memory();
        Volatile.Write(ref used, all - free);
        Volatile.Write(ref total, all);
    }
}
