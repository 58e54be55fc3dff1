namespace HunyuanOcr.Inference.Execution.Cpu;

/// <summary>Lets the vision tower and the decoder's steps run one after the other. Both use all cores, and at once each waits for the
/// other's threads at every node. A step that waits goes before the next picture, so streams stand still for one vision pass at most.</summary>
internal sealed class DeviceTurns
{
    private readonly Lock device = new();
    private int stepsWaiting;

    /// <summary>Waits until no step wants to run and none runs.</summary>
    public Lock.Scope TakeForVision()
    {
        while (Volatile.Read(ref stepsWaiting) > 0)
            Thread.Sleep(0);
        return device.EnterScope();
    }

    /// <summary>Waits for the vision pass under way.</summary>
    public Lock.Scope TakeForStep()
    {
        Interlocked.Increment(ref stepsWaiting);
        Lock.Scope turn = device.EnterScope();
        Interlocked.Decrement(ref stepsWaiting);
        return turn;
    }
}
