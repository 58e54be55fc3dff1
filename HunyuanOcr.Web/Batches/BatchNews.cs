namespace HunyuanOcr.Web.Batches;

/// <summary>Says within this server that a batch changed: pages draw at once, and the worker looks for work. Changes of other servers are found by looking.</summary>
internal sealed class BatchNews
{
    /// <summary>Raised on any thread with the batch's id.</summary>
    internal event Action<string>? Changed;

    internal void Tell(string batch) => Changed?.Invoke(batch);
}
