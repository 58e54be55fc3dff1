using System.Runtime.InteropServices;

namespace HunyuanOcr.Inference.Output;

/// <summary>The answer's text with the probability behind every character.</summary>
/// <remarks>Confidence of a character: the lowest probability among its tokens. Of a stretch: the geometric mean over the tokens that it touches.</remarks>
internal sealed class ConfidenceMap
{
    private readonly List<char> text = [];
    private readonly List<float> characters = [];
    private readonly List<TokenSpan> tokens = [];
    private int unfinished;

    /// <summary>UTF-16 units of complete text.</summary>
    public int Length => text.Count;

    /// <summary>The complete text; valid until the next change.</summary>
    public ReadOnlySpan<char> Text => CollectionsMarshal.AsSpan(text);

    /// <summary>Takes one token in.</summary>
    /// <param name="piece">The text that it completed; empty in the middle of a character.</param>
    /// <param name="logProbability">At most 0.</param>
    /// <param name="insideCharacter">Whether the tokens so far end inside a character, so that this one shares in the next.</param>
    public void Append(string piece, float logProbability, bool insideCharacter)
    {
        tokens.Add(new TokenSpan(text.Count, text.Count, logProbability));
        unfinished++;
        if (piece.Length > 0)
        {
            Complete(piece);
            unfinished = 1;
        }
        if (!insideCharacter)
            unfinished = 0;
    }

    /// <summary>Takes in what the last tokens come to together: a whole character, or what shows for one that was cut off.</summary>
    /// <param name="piece">The text; its first character is all of theirs, the rest the last one's.</param>
    public void Complete(string piece)
    {
        int start = text.Count, last = tokens.Count - 1;
        text.AddRange(piece);
        // A character outside the BMP takes two units, completed at once: both get the lowest probability of its tokens.
        int shared = char.IsHighSurrogate(piece[0]) && piece.Length > 1 ? 2 : 1;
        float own = MathF.Exp(tokens[last].LogProbability), lowest = own;
        for (int index = tokens.Count - unfinished; index < last; index++)
        {
            lowest = Math.Min(lowest, MathF.Exp(tokens[index].LogProbability));
            tokens[index] = tokens[index] with { End = start + shared };
        }
        tokens[last] = tokens[last] with { End = text.Count };
        for (int index = 0; index < piece.Length; index++)
            characters.Add(index < shared ? lowest : own);
    }

    /// <summary>Drops the text from a place on, such as a stop string or trimmed repeats.</summary>
    public void Truncate(int length)
    {
        if (length >= text.Count)
            return;
        text.RemoveRange(length, text.Count - length);
        characters.RemoveRange(length, characters.Count - length);
        int kept = tokens.Count;
        while (kept > 0 && tokens[kept - 1].Start >= length)
            kept--;
        tokens.RemoveRange(kept, tokens.Count - kept);
        unfinished = 0;
    }

    /// <summary>Confidences of the UTF-16 units of a stretch, 0 to 1.</summary>
    public float[] Characters(int start, int length) => [.. characters.GetRange(start, length)];

    /// <summary>Geometric mean of the probabilities of the tokens that touch a stretch, 0 to 1; 1 where there is none.</summary>
    public double Mean(int start, int length)
    {
        int first = FirstTokenEndingAfter(start), count = 0;
        double sum = 0;
        for (int index = first; index < tokens.Count && tokens[index].Start < start + length; index++)
        {
            if (tokens[index].End <= start || tokens[index].End == tokens[index].Start)
                continue;
            sum += tokens[index].LogProbability;
            count++;
        }
        return count == 0 ? 1 : Math.Exp(sum / count);
    }

    private int FirstTokenEndingAfter(int start)
    {
        int low = 0, high = tokens.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (tokens[middle].End <= start)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    /// <summary>Where a token's text stands; a token that only shares in a character spans that character.</summary>
    private readonly record struct TokenSpan(int Start, int End, float LogProbability);
}
