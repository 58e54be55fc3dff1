namespace HunyuanOcr.Inference.Execution.Cuda;

/// <summary>A line of work on the card: what is put into it runs in that order, beside other lines.</summary>
internal sealed unsafe class CudaStream : CudaObject
{
    private const uint NonBlocking = 1;

    /// <param name="context">The card.</param>
    /// <param name="first">Whether its work goes before that of other lines where both wait.</param>
    public CudaStream(CudaContext context, bool first)
        : base(context)
    {
        int least, greatest;
        nint stream;
        Driver.Check(Driver.StreamPriorityRange(&least, &greatest), "asking for priorities");
        Driver.Check(Driver.StreamCreate(&stream, NonBlocking, first ? greatest : least), "making a stream");
        SetHandle(stream);
    }

    public void Upload(nint target, void* source, long bytes) =>
        Driver.Check(Driver.CopyToDevice(target, source, (nuint)bytes, Pointer), "copying to the card");

    public void Download(void* target, nint source, long bytes) =>
        Driver.Check(Driver.CopyToHost(target, source, (nuint)bytes, Pointer), "copying from the card");

    public void Copy(nint target, nint source, long bytes) =>
        Driver.Check(Driver.CopyOnDevice(target, source, (nuint)bytes, Pointer), "copying on the card");

    public void Clear(nint target, long bytes) => Driver.Check(Driver.Fill(target, 0, (nuint)bytes, Pointer), "clearing memory");

    /// <summary>Waits until everything in the line is done.</summary>
    public void Wait() => Driver.Check(Driver.StreamSynchronize(Pointer), "waiting for its work");

    /// <summary>Waits after a fault that is being told already: what the card says of it here would only hide the first word.</summary>
    public void Settle() => _ = Driver.StreamSynchronize(Pointer);

    protected override void Release(nint pointer) => Driver.StreamDestroy(pointer);
}
