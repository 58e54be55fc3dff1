namespace HunyuanOcr.Inference.Execution.Cuda;

/// <summary>How long a stretch of a stream's work takes on the card.</summary>
internal sealed unsafe class CudaTimer : IDisposable
{
    private const uint Plain = 0;

    private readonly CudaContext context;
    private readonly nint begin;
    private readonly nint end;

    public CudaTimer(CudaContext context)
    {
        this.context = context;
        nint made;
        context.Driver.Check(context.Driver.EventCreate(&made, Plain), "making a timer");
        begin = made;
        context.Driver.Check(context.Driver.EventCreate(&made, Plain), "making a timer");
        end = made;
    }

    public void Begin(CudaStream stream) => context.Driver.Check(context.Driver.EventRecord(begin, stream.Pointer), "starting a timer");

    public void End(CudaStream stream) => context.Driver.Check(context.Driver.EventRecord(end, stream.Pointer), "stopping a timer");

    /// <summary>Time between the two, once the stream has passed both.</summary>
    public TimeSpan Elapsed()
    {
        float milliseconds;
        context.Driver.Check(context.Driver.EventElapsed(&milliseconds, begin, end), "reading a timer");
        return TimeSpan.FromMilliseconds(milliseconds);
    }

    public void Dispose()
    {
        context.Enter();
        context.Driver.EventDestroy(begin);
        context.Driver.EventDestroy(end);
    }
}
