using System.Runtime.InteropServices;

namespace HunyuanOcr.Inference.Engine;

/// <summary>What callers and the vision thread tell the engine's thread.</summary>
internal enum EngineMessageKind
{
    /// <summary>A request takes its place in the line.</summary>
    Arrived,

    /// <summary>Its caller went away, or has the whole answer.</summary>
    Stopped,

    /// <summary><see cref="EngineMessage.Vision"/> ended.</summary>
    Seen,
}

/// <summary>One message; which of the fields are set follows from the kind.</summary>
internal readonly record struct EngineMessage(EngineMessageKind Kind, RunningRequest? Request = null, VisionJob? Vision = null);

/// <summary>The only way to the engine's thread. Safe to call from any thread; <see cref="Take"/> and <see cref="Wait"/> from the engine's alone.</summary>
internal sealed class EngineInbox : IDisposable
{
    private readonly Lock gate = new();
    private readonly AutoResetEvent arrived = new(initialState: false);
    private List<EngineMessage> filling = [];
    private List<EngineMessage> taken = [];
    private volatile bool hasMail;
    private volatile bool closed;

    /// <summary>Whether no more messages are taken.</summary>
    public bool IsClosed => closed;

    /// <summary>Leaves a message; false where the inbox is closed.</summary>
    public bool Post(EngineMessage message)
    {
        lock (gate)
        {
            if (closed)
                return false;
            filling.Add(message);
            hasMail = true;
            arrived.Set();
            return true;
        }
    }

    /// <summary>Takes no more messages; those left before are still delivered.</summary>
    public void Close()
    {
        lock (gate)
        {
            if (closed)
                return;
            closed = true;
            arrived.Set();
        }
    }

    /// <summary>The messages since the last call; valid until the next.</summary>
    public ReadOnlySpan<EngineMessage> Take()
    {
        taken.Clear();
        if (!hasMail)
            return [];
        lock (gate)
        {
            (filling, taken) = (taken, filling);
            hasMail = false;
        }
        return CollectionsMarshal.AsSpan(taken);
    }

    /// <summary>Sleeps until there is a message or the inbox is closed.</summary>
    public void Wait() => arrived.WaitOne();

    public void Dispose() => arrived.Dispose();
}
