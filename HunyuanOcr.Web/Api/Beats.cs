using System.Runtime.CompilerServices;

namespace HunyuanOcr.Web.Api;

/// <summary>A stream with a beat where nothing comes for a while, so that proxies and clients do not take the connection for dead.</summary>
internal static class Beats
{
    /// <returns>The items; null for every <paramref name="beat"/> that passed without one.</returns>
    internal static async IAsyncEnumerable<T?> WithBeats<T>(this IAsyncEnumerable<T> items, TimeSpan beat, [EnumeratorCancellation] CancellationToken cancellationToken)
        where T : struct
    {
        IAsyncEnumerator<T> source = items.GetAsyncEnumerator(cancellationToken);
        Task<bool>? next = null;
        try
        {
            while (true)
            {
                next = source.MoveNextAsync().AsTask();
                while (!next.IsCompleted && await PassedAsync(next, beat, cancellationToken))
                    yield return null;
                if (!await next)
                    yield break;
                yield return source.Current;
            }
        }
        finally
        {
            // An enumerator may not be let go while it moves.
            if (next is not null)
                await next.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
            await source.DisposeAsync();
        }
    }

    private static async Task<bool> PassedAsync(Task next, TimeSpan beat, CancellationToken cancellationToken)
    {
        using CancellationTokenSource done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bool passed = await Task.WhenAny(next, Task.Delay(beat, done.Token)) != next && !cancellationToken.IsCancellationRequested;
        await done.CancelAsync();
        return passed;
    }
}
