using System.Text.Json;
using HunyuanOcr.Inference;
using HunyuanOcr.Web.Recognise;

namespace HunyuanOcr.Web.Persistence;

/// <summary>The tokens of an answer that are kept with a run: those the model was not sure of, with what it nearly wrote. The others are known by their number alone.</summary>
internal static class DoubtfulTokens
{
    /// <summary>Most of an answer; one with more of them is noise from end to end.</summary>
    private const int Most = 1000;

    /// <summary>Alternatives of each.</summary>
    private const int Alternatives = 2;

    /// <returns>JSON; null where every token is sure.</returns>
    internal static string? Of(OcrResult result)
    {
        List<Kept> kept = [];
        int from = 0;
        for (int at = 0; at < result.Tokens.Count && kept.Count < Most; at++)
        {
            OcrToken token = result.Tokens[at];
            int start = from, end = from = Math.Clamp(token.TextLength, from, result.Text.Length);
            if (end > start && Math.Exp(token.LogProbability) < Sureness.Usual && IsShown(result, start, end))
                kept.Add(new(at, start, end, MathF.Round(token.LogProbability, 3), [.. token.Alternatives.Where(other => other.Text != result.Text[start..end]).Take(Alternatives).Select(static other => other with { LogProbability = MathF.Round(other.LogProbability, 3) })]));
        }
        return kept.Count == 0 ? null : JsonSerializer.Serialize(kept);
    }

    /// <summary>As many tokens as there were, the doubtful ones among them as they were.</summary>
    internal static IReadOnlyList<OcrToken> Restore(string? json, int count)
    {
        OcrToken[] tokens = new OcrToken[count];
        int next = 0, end = 0;
        foreach (Kept kept in Read(json).Where(kept => kept.At < count))
        {
            // What stands before it was sure; where each of those tokens ended does not matter.
            Array.Fill(tokens, new OcrToken(0, 0, kept.Start, []), next, Math.Max(0, kept.At - next));
            tokens[kept.At] = new OcrToken(0, kept.LogProbability, kept.End, kept.Alternatives);
            (next, end) = (kept.At + 1, kept.End);
        }
        Array.Fill(tokens, new OcrToken(0, 0, end, []), next, count - next);
        return tokens;
    }

    /// <summary>Coordinates are doubtful more often than not, and nobody is shown that.</summary>
    private static bool IsShown(OcrResult result, int start, int end) =>
        result.Lines.Count == 0 || result.Lines.Any(line => start < line.Start + line.Text.Length && end > line.Start);

    private static List<Kept> Read(string? json)
    {
        try
        {
            return json is null ? [] : JsonSerializer.Deserialize<List<Kept>>(json) ?? [];
        }
        catch (JsonException)
        {
            // Written by another version: the run is shown without doubts.
            return [];
        }
    }

    private sealed record Kept(int At, int Start, int End, float LogProbability, IReadOnlyList<OcrAlternative> Alternatives);
}
