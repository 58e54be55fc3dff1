namespace HunyuanOcr.Bench;

/// <summary>Work on many things with a bounded number under way.</summary>
internal static class InFlight
{
    /// <returns>The results, in the order of the things.</returns>
    public static async Task<TResult[]> AllAsync<T, TResult>(IEnumerable<T> things, int most, Func<T, Task<TResult>> work)
    {
        using var places = new SemaphoreSlim(most);
        return await Task.WhenAll(things.Select(async thing =>
        {
            await places.WaitAsync();
            try
            {
                return await work(thing);
            }
            finally
            {
                places.Release();
            }
        }));
    }
}
