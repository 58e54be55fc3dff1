using System.Collections.Concurrent;

namespace HunyuanOcr.Inference.Imaging;

/// <summary>Threads that make pixels beside those that read pictures, the same few for all pictures. Not of the pool, which carries the answers.
/// Safe to call from any thread.</summary>
internal sealed class PictureCrew : IDisposable
{
    private readonly BlockingCollection<Action> _asked = [];
    private readonly Thread[] _threads;

    internal PictureCrew(int threads)
    {
        _threads = [.. Enumerable.Range(0, threads).Select(_ => new Thread(Work) { IsBackground = true, Name = "HunyuanOcr pixels" })];
        foreach (Thread thread in _threads)
            thread.Start();
    }

    /// <summary>Threads.</summary>
    internal int Count => _threads.Length;

    /// <summary>Has one of them do something that throws nothing and waits for nothing; nobody does it once this is disposed.</summary>
    internal void Ask(Action work)
    {
        try
        {
            _asked.Add(work);
        }
        catch (InvalidOperationException)
        {
            // Disposed meanwhile: whoever asked does it alone.
        }
    }

    public void Dispose()
    {
        _asked.CompleteAdding();
        foreach (Thread thread in _threads)
            thread.Join();
    }

    private void Work()
    {
        foreach (Action work in _asked.GetConsumingEnumerable())
            work();
    }
}
