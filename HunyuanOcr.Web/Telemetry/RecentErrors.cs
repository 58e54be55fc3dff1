namespace HunyuanOcr.Web.Telemetry;

/// <summary>One refusal or failure, or several alike in a row. Holds no file names: everybody may open the Status page.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Code">A word for programs; null where there is none.</param>
/// <param name="Request">The last one's id in the log.</param>
/// <param name="Times">How often in a row.</param>
internal sealed record RecentError(DateTimeOffset At, int Status, string? Code, string Request, int Times);

/// <summary>The last errors of this process, newest first.</summary>
internal sealed class RecentErrors(TimeProvider time)
{
    internal const int Kept = 50;

    private readonly LinkedList<RecentError> _errors = new();

    internal void Add(int status, string? code, string request)
    {
        lock (_errors)
        {
            RecentError error = new(time.GetUtcNow(), status, code, request, 1);
            if (_errors.First is { Value: var last } && last.Status == status && last.Code == code)
            {
                error = error with { Times = last.Times + 1 };
                _errors.RemoveFirst();
            }
            _errors.AddFirst(error);
            if (_errors.Count > Kept)
                _errors.RemoveLast();
        }
    }

    internal IReadOnlyList<RecentError> All()
    {
        lock (_errors)
            return [.. _errors];
    }
}
