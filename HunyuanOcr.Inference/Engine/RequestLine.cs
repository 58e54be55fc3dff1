namespace HunyuanOcr.Inference.Engine;

/// <summary>The requests that have not run yet, in the order of arrival, and what each was told of its place. Belongs to the engine's thread.</summary>
internal sealed class RequestLine
{
    private readonly List<RunningRequest> requests = [];
    private bool changed;

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<RunningRequest> Requests => requests;

    /// <summary>Requests may come in a little out of order, as callers race; each goes to its place.</summary>
    public void Add(RunningRequest request)
    {
        int place = requests.Count;
        while (place > 0 && requests[place - 1].Arrival > request.Arrival)
            place--;
        requests.Insert(place, request);
        changed = true;
    }

    public void Remove(RunningRequest request) => changed |= requests.Remove(request);

    /// <summary>Tells every request whose work has not begun how many come before it, where that changed.</summary>
    public void TellPlaces()
    {
        if (!changed)
            return;
        changed = false;
        for (int place = 0; place < requests.Count; place++)
        {
            RunningRequest request = requests[place];
            if (request.HasBegun || request.ToldPlace == place)
                continue;
            request.ToldPlace = place;
            request.Tell(RequestNews.Placed(place));
        }
    }
}
