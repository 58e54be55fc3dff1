using System.Text;

namespace HunyuanOcr.Inference.Sampling;

/// <summary>Watches streamed text for stop strings. Text that may become one is held back; a stop string itself is never handed out.</summary>
/// <remarks>The stop string that is complete first counts; of two complete at the same character, the longer.</remarks>
internal sealed class StopStrings(IReadOnlyList<string> stops)
{
    private readonly StringBuilder held = new();

    /// <summary>Whether a stop string came; nothing is handed out any more.</summary>
    public bool Stopped { get; private set; }

    /// <summary>Takes new text in.</summary>
    /// <returns>The text that is certain to stand before any stop string.</returns>
    public string Feed(string text)
    {
        if (Stopped || text.Length == 0)
            return "";
        if (stops.Count == 0)
            return text;
        string all = held.Length == 0 ? text : held.Append(text).ToString();
        held.Clear();
        if (FindFirst(all) is { } start)
        {
            Stopped = true;
            return all[..start];
        }
        int kept = all.Length - LongestBeginning(all);
        held.Append(all, kept, all.Length - kept);
        return all[..kept];
    }

    /// <summary>Ends the text.</summary>
    /// <returns>What was held back and became no stop string.</returns>
    public string Finish()
    {
        string rest = Stopped ? "" : held.ToString();
        held.Clear();
        return rest;
    }

    private int? FindFirst(string text)
    {
        int first = -1, firstEnd = int.MaxValue;
        foreach (string stop in stops)
        {
            int start = text.IndexOf(stop, StringComparison.Ordinal);
            if (start < 0 || start + stop.Length > firstEnd || (start + stop.Length == firstEnd && start >= first))
                continue;
            first = start;
            firstEnd = start + stop.Length;
        }
        return first < 0 ? null : first;
    }

    // How much of the end of a text begins a stop string.
    private int LongestBeginning(string text)
    {
        int longest = 0;
        foreach (string stop in stops)
            for (int length = Math.Min(stop.Length - 1, text.Length); length > longest; length--)
                if (text.AsSpan(text.Length - length).SequenceEqual(stop.AsSpan(0, length)))
                    longest = length;
        return longest;
    }
}
